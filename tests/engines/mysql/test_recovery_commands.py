"""Backup, restore, verify, preflight and rehearsal of a MariaDB database, as they are typed."""

import json
import subprocess
import threading

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.mysql_servers import MysqlDatabase, fresh_mysql
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250601000000"
WAYS = pytest.mark.parametrize("way", [(), ("--exec", "env")], ids=["driver", "client"])
CONTENT = f"""
CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('{OLD}');
CREATE TABLE artists (id bigint AUTO_INCREMENT PRIMARY KEY, name text, face blob);
CREATE TABLE songs (id bigint AUTO_INCREMENT PRIMARY KEY, artist_id bigint, price decimal(10,2),
  loud double, wide bigint AS (artist_id * 2) STORED,
  FOREIGN KEY (artist_id) REFERENCES artists (id));
INSERT INTO artists (name, face) VALUES ('it''s\\nhers', X'00FF27'), (NULL, ''), ('ÄÖ', NULL);
INSERT INTO songs (artist_id, price, loud) VALUES (1, 1.5, 0.1), (2, NULL, 1e100);
CREATE VIEW hits AS SELECT songs.id, name FROM songs JOIN artists ON artists.id = artist_id;
CREATE TRIGGER louder BEFORE INSERT ON songs FOR EACH ROW SET NEW.loud = 1;
CREATE PROCEDURE sing() SELECT 1
"""


@pytest.fixture
def full(mysql_database: MysqlDatabase) -> MysqlDatabase:
    mysql_database.run(CONTENT)
    return mysql_database


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept.backup"


def run(at, *words: str) -> Done:
    return migdoctor(at, *words, XDG_STATE_HOME=str(at / "state"))


def taken(database: MysqlDatabase, folder, *more: str) -> dict:
    done = run(folder.parent, "backup", "-o", str(folder), "--database-url", database.url, *more)
    assert done.status == 0, done.err
    return json.loads((folder / "manifest.json").read_text())


def dropped(database: MysqlDatabase, name: str) -> None:
    database.server.run(f"DROP DATABASE IF EXISTS `{name}`")


@WAYS
def test_a_backup_comes_back_as_it_was(full, folder, way):
    manifest = taken(full, folder, *way)
    assert (manifest["engine"], manifest["counted"]) == ("mysql", "snapshot")
    assert {it["name"]: it["rows"] for it in manifest["state"]["tables"]} == {
        "artists": 3, "schema_migrations": 1, "songs": 2,
    }  # fmt: skip
    name = f"{full.name}_new"
    place = ("--database-url", full.url, *way)
    try:
        done = run(folder.parent, "restore", str(folder), "--into-new", name, "--yes", *place)
        assert done.status == 0, done.out + done.err
        there = MysqlDatabase(full.server, name)
        assert there.run("SELECT HEX(face) FROM artists WHERE id = 1") == [("00FF27",)]
        assert there.run("SELECT count(*) FROM hits") == [(2,)]
        same = run(folder.parent, "verify", "--against", str(folder), "--database-url", there.url)
        assert same.status == 0, same.out + same.err
        there.run("UPDATE songs SET price = 2.5 WHERE id = 1")
        other = run(folder.parent, "verify", "--against", str(folder), "--database-url", there.url)
        assert other.status == 1, other.out + other.err
        assert "songs" in other.out
        again = run(folder.parent, "restore", str(folder), "--into-new", name, "--yes", *place)
        assert again.status == 1
        assert "already exists" in again.err
    finally:
        dropped(full, name)


def test_what_is_not_empty_is_not_restored_over(full, folder):
    taken(full, folder)

    done = run(folder.parent, "restore", str(folder), "--yes", "--database-url", full.url)

    assert done.status == 1, done.err
    assert "is not empty" in done.err
    assert full.tables() == {"artists": 3, "songs": 2}


def test_a_role_that_may_not_lock_has_its_dump_counted(full, folder):
    server = full.server
    server.run("CREATE USER IF NOT EXISTS plain@localhost")
    full.run("DROP PROCEDURE sing")  # only its maker, and who reads mysql.proc, may dump it
    server.run(f"GRANT ALL ON `{full.name}%`.* TO plain@localhost")
    plain = full.url.replace("root@", "plain@")

    done = run(folder.parent, "backup", "-o", str(folder), "--database-url", plain)

    assert done.status == 0, done.err
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counted"] == "restored"
    assert {it["name"]: it["rows"] for it in manifest["state"]["tables"]}["songs"] == 2
    same = run(folder.parent, "verify", "--against", str(folder), "--database-url", full.url)
    assert same.status == 0, same.out + same.err
    assert not server.run("SHOW DATABASES LIKE '%counted%'")


def test_a_backup_is_of_one_moment_while_others_write(full, folder):
    """In each transaction one row goes into either table, so that their numbers differ by one."""
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            full.server.run(
                "START TRANSACTION;\nINSERT INTO artists (name) VALUES ('x');\n"
                "INSERT INTO songs (price) VALUES (1);\nCOMMIT",
                full.name,
            )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifest = taken(full, folder)
    finally:
        over.set()
        writer.join()
    rows = {it["name"]: it["rows"] for it in manifest["state"]["tables"]}
    assert rows["artists"] == rows["songs"] + 1
    name = f"{full.name}_new"
    try:
        done = run(
            folder.parent, "restore", str(folder), "--into-new", name, "--yes",
            "--database-url", full.url,
        )  # fmt: skip
        assert done.status == 0, done.out + done.err
    finally:
        dropped(full, name)


def test_tables_outside_of_transactions_are_refused_by_name(full, folder):
    full.run("CREATE TABLE old_ones (id int) ENGINE=MyISAM")

    done = run(folder.parent, "backup", "-o", str(folder), "--database-url", full.url)

    assert done.status == 1, done.err
    assert "old_ones (MyISAM)" in done.err
    assert "ALTER TABLE old_ones ENGINE=InnoDB" in done.err
    assert not folder.exists()


def test_a_change_of_the_schema_meanwhile_is_refused(full, folder, monkeypatch):
    from analyzer.engines.mysql.recovery import dump_writing
    from analyzer.engines.registry import open_gateway
    from analyzer.errors import BackupError
    from analyzer.model.core.progress import Silent
    from analyzer.model.recovery.backup import BackupWish
    from analyzer.operations.backup.backup import back_up

    begun, compared = dump_writing._wait, dump_writing.read_structure
    meanwhile = threading.Thread(target=full.run, args=("CREATE TABLE late (id int)",))

    def while_it_is_dumped(*asked) -> None:
        begun(*asked)
        meanwhile.start()  # it waits for the lock under which the dump begins

    def when_it_is_dumped(session):
        meanwhile.join()
        full.run("ALTER TABLE artists ADD COLUMN late int")  # earlier, the dump itself might fail
        return compared(session)

    monkeypatch.setattr(dump_writing, "_wait", while_it_is_dumped)
    monkeypatch.setattr(dump_writing, "read_structure", when_it_is_dumped)
    with pytest.raises(BackupError, match="table artists, table late"):
        back_up(open_gateway(full.url), BackupWish(), folder, Silent())
    assert not folder.exists()


def test_the_checklist_before_a_recovery(full, folder):
    taken(full, folder)
    with fresh_mysql(full.server) as scratch:
        done = run(
            folder.parent, "preflight", "--backup", str(folder), "--database-url", full.url,
            "--scratch-url", scratch.url, "--format", "json",
        )  # fmt: skip
    found = {it["id"]: it["outcome"] for it in json.loads(done.out)["items"]}
    assert found["backup"] == found["backup-restores"] == found["privileges"] == "pass", done.out


@pytest.mark.parametrize(
    "words",
    [
        ("recover", "full", "--migrate-command", "true"),
        ("recover", "tables", "--table", "songs", "--from-database", "other"),
    ],
    ids=["full", "tables"],
)
def test_a_recovery_is_refused_with_the_way_by_hand(full, tmp_path, words):
    done = run(tmp_path, *words, "--yes", "--database-url", full.url)

    assert done.status == 2, done.out + done.err
    assert "--into-new NAME" in done.err


def test_a_repair_is_rehearsed_in_a_scratch_database(full, tmp_path):
    made = Repo.make(tmp_path / "app")
    made.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    made.commit()
    made.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    made.commit("renamed")
    with fresh_mysql(full.server) as scratch:
        place = ("--repair", "rewrite", "--database-url", full.url, "--scratch-url", scratch.url)
        first = run(made.path, "rehearse", "--with-data", *place)
        done = run(made.path, "rehearse", "--with-data", "--keep-copy", *place)
        assert (first.status, done.status) == (0, 0), first.err + done.out + done.err
        assert scratch.run("SELECT version FROM schema_migrations") == [(NEW,)]
    assert full.run("SELECT version FROM schema_migrations") == [(OLD,)]


def test_a_dump_with_more_than_its_database_is_not_loaded(full, tmp_path):
    dump = tmp_path / "it.sql"
    command = [
        "mariadb-dump", "-S", str(full.server.socket), "-uroot", "--databases", full.name,
    ]  # fmt: skip
    with dump.open("wb") as file:
        subprocess.run(command, stdout=file, check=True)
    made = Repo.make(tmp_path / "app")
    made.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    made.commit()
    with fresh_mysql(full.server) as scratch:
        done = run(made.path, "rehearse", "--dump", str(dump), "--scratch-url", scratch.url)
    assert "CREATE DATABASE" in done.err, done.out + done.err
