"""Backups of a file, restored and compared; what is not whole, or in use, is seen."""

import json
import shlex
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError, EnvironmentToolError, UsageError
from analyzer.model.recovery.backup import Content, Form
from analyzer.services.database import DatabaseOptions
from analyzer.services.dialogue import Unattended
from analyzer.services.recovery.backup import BackupOptions, take_backup, try_backup
from analyzer.services.recovery.preflight import PreflightOptions, check_before
from analyzer.services.recovery.restore import RestoreOptions, restore_backup
from analyzer.services.recovery.verify import VerifyOptions, verify
from tests.proofs.faults_sqlite import make
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.sqlite_files import SqliteDatabase

CONTENT = """
CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
CREATE TABLE artists (id integer PRIMARY KEY AUTOINCREMENT, name varchar, picture blob, x numeric,
                      doubled AS (x * 2));
CREATE TABLE songs (id integer, artist_id integer REFERENCES artists (id));
CREATE TABLE albums (id integer);
CREATE INDEX by_artist ON songs (artist_id) WHERE id > 0;
CREATE VIEW titles AS SELECT name FROM artists;
CREATE VIRTUAL TABLE words USING fts5 (word);
INSERT INTO words VALUES ('one two');
INSERT INTO schema_migrations VALUES ('1'), ('2'), ('3');
INSERT INTO artists (name, picture, x) VALUES
    ('a', x'00ff', 1.5), (NULL, NULL, 7), ('café', '1', 1e300), ('x' || char(0) || 'y', x'', -1);
"""


BOTH = pytest.mark.parametrize("file", ["delete", "wal"], indirect=True)


@pytest.fixture
def file(request, tmp_path) -> SqliteDatabase:
    """A database, with a write-ahead log unless another journal is asked for."""
    made = SqliteDatabase(tmp_path / "data" / "production.sqlite3")
    made.path.parent.mkdir()
    made.run(f"PRAGMA journal_mode = {getattr(request, 'param', 'wal')};{CONTENT}")
    return made


def options(file: SqliteDatabase, *prefix: str) -> DatabaseOptions:
    return DatabaseOptions(file.url, prefix)


def backed_up(file: SqliteDatabase) -> Path:
    folder = file.path.parents[1] / "taken.backup"
    return take_backup(BackupOptions(options(file), folder=folder), Unattended(answer=True)).folder


def failed(found) -> set[str]:
    return {item.id for item in found.failed}


@BOTH
def test_a_backup_is_restored_into_a_new_file_and_compared(file, tmp_path):
    taken, dialogue, new = backed_up(file), Unattended(answer=True), tmp_path / "new.sqlite3"
    restored = restore_backup(RestoreOptions(str(taken), options(file), str(new)), dialogue)

    assert not restored.compared.failed
    assert dialogue.messages[0].endswith(f"The way back: rm {new}.")
    assert {path.name for path in tmp_path.iterdir()} == {"data", "taken.backup", "new.sqlite3"}
    assert not failed(verify(VerifyOptions(str(taken), options(file)), dialogue))
    assert not failed(verify(VerifyOptions(f"sqlite3:{new}", options(file)), dialogue))
    for table in ("artists", "sqlite_sequence", "schema_migrations", "words"):
        query = f"SELECT * FROM {table}"
        assert SqliteDatabase(new).run(query) == file.run(query)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ("UPDATE artists SET name = 'b' WHERE id = 1", {"checksums"}),
        ("UPDATE artists SET picture = x'31' WHERE id = 3", {"checksums"}),  # the text 1 no longer
        ("INSERT INTO songs VALUES (1, 1)", {"rows", "checksums"}),
        ("DELETE FROM schema_migrations WHERE version = '3'", {"rows", "checksums", "versions"}),
        ("UPDATE sqlite_sequence SET seq = 40", {"checksums"}),
        ("INSERT INTO words VALUES ('three')", {"rows", "checksums"}),
        ("DROP TABLE albums", {"tables", "structure"}),
        ("DROP INDEX by_artist", {"structure"}),
        ("ALTER TABLE songs ADD COLUMN title varchar", {"structure"}),
    ],
)
def test_what_changed_since_is_named(file, change, seen):
    taken = backed_up(file)
    file.run(change)

    found = failed(verify(VerifyOptions(str(taken), options(file)), Unattended(answer=True)))

    assert found == seen


@contextmanager
def writing(file: SqliteDatabase) -> Iterator[None]:
    """Let somebody else write rows of two tables, together, for as long as the block runs."""
    ended = threading.Event()

    def work() -> None:
        with closing(sqlite3.connect(file.path, timeout=30)) as connection:
            while not ended.wait(0.002):  # without a pause no reader gets between on a busy machine
                with connection:
                    connection.execute("INSERT INTO songs VALUES (1, 1)")
                    connection.execute("INSERT INTO albums VALUES (1)")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@BOTH
def test_copy_and_manifest_are_of_one_moment_though_others_write(file):
    with writing(file):
        taken = backed_up(file)
    tables = json.loads((taken / "manifest.json").read_text())["state"]["tables"]
    rows = {table["name"]: table["rows"] for table in tables}

    assert rows["songs"] == rows["albums"]
    assert not failed(try_backup(taken, options(file), None, Unattended(answer=True)))


@pytest.mark.parametrize("name", ["dump.sqlite3", "manifest.json"])
def test_a_backup_that_was_altered_is_refused(file, tmp_path, name):
    taken = backed_up(file)
    with (taken / name).open("r+b") as altered:
        altered.seek(90)
        altered.write(b"x")
    wish = RestoreOptions(str(taken), options(file), str(tmp_path / "new.sqlite3"))

    with pytest.raises(AnalyzerError):
        restore_backup(wish, Unattended(answer=True))
    assert not (tmp_path / "new.sqlite3").exists()


def test_nothing_is_written_over(file, tmp_path):
    taken, dialogue = backed_up(file), Unattended(answer=True)
    (tmp_path / "taken.sqlite3").write_text("something")

    for into in (None, str(tmp_path / "taken.sqlite3"), str(tmp_path / "no" / "folder.sqlite3")):
        with pytest.raises(AnalyzerError):
            restore_backup(RestoreOptions(str(taken), options(file), into), dialogue)
    assert (tmp_path / "taken.sqlite3").read_text() == "something"


def test_the_checklist_sees_who_has_the_file_open(file):
    taken = backed_up(file)
    wish = PreflightOptions(options(file), backup=taken)
    assert failed(check_before(wish, Unattended(answer=True))) == {"rollback-plan"}
    opening = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
    reading = "c.execute('SELECT * FROM songs'); print('open', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", opening + reading, str(file.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()

    found = check_before(wish, Unattended(answer=True))

    other.communicate(b"\n")
    assert failed(found) == {"application-stopped", "rollback-plan"}
    assert f"process {other.pid}" in str(found.failed)


@pytest.mark.parametrize(
    "wish",
    [
        {"content": Content.TABLES, "tables": ("songs",)},
        {"content": Content.SCHEMA_ONLY},
        {"form": Form.PLAIN},
        {"jobs": 2},
    ],
    ids=str,
)
def test_a_part_of_a_file_is_refused_by_name(file, tmp_path, wish):
    with pytest.raises(UsageError, match="does not go with an SQLite file"):
        take_backup(
            BackupOptions(options(file), folder=tmp_path / "b", **wish), Unattended(answer=True)
        )
    assert not (tmp_path / "b").exists()


def test_a_file_behind_a_prefix_is_refused_with_the_way_to_copy_it(file, tmp_path):
    with pytest.raises(EnvironmentToolError) as told:
        take_backup(
            BackupOptions(options(file, "env"), folder=tmp_path / "b"), Unattended(answer=True)
        )
    assert f"env sqlite3 {shlex.quote(str(file.path))} '.backup COPY'" in told.value.fix


def test_a_recovery_is_refused_and_a_rehearsal_is_on_a_copy(file, tmp_path):
    repo = make(tmp_path / "app")
    before = file.path.read_bytes()
    address = ("--database-url", file.url)

    rehearsed = migdoctor(repo.path, "rehearse", *address)
    refused = [
        migdoctor(repo.path, "recover", *words, "--yes", *address)
        for words in (("full", "--migrate-command", "true"), ("tables", "--table", "songs"))
    ]

    assert rehearsed.status == 0, rehearsed.err
    assert rehearsed.out.startswith("Safe"), rehearsed.out
    assert file.path.read_bytes() == before
    assert [it.status for it in refused] == [2, 2]
    assert all("is not possible on SQLite" in it.err for it in refused), refused
