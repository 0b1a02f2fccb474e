"""Notes of what ran on MariaDB and SQLite, by either transport: kept, sealed, and moved along."""

import contextlib
import sqlite3
import subprocess
import threading

import pymysql
import pytest

from analyzer.analysis.notes.seals import read_chain, seal_of
from analyzer.engines.registry import open_gateway
from analyzer.engines.results import Ran, Refused
from analyzer.frameworks.registry import framework
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import NewNote, Notebook, NoteKind
from tests.support.accidents.deploys import Deploys
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.mysql_servers import fresh_mysql
from tests.support.databases.sqlite_files import SqliteDatabase

V1, V2, V3 = "20250101000000", "20250201000000", "20250301000000"
SONGS, ARTISTS = f"{V1}_create_songs.rb", f"{V2}_create_artists.rb"
OLD = f"db/migrate/{SONGS}"
ANY = [f"{engine} {way}" for engine in ("mysql", "sqlite") for way in ("driver", "exec")]


@pytest.fixture(params=ANY)
def app(request, tmp_path, monkeypatch):
    """Two migrations that were seen to run; the first one has another version now."""
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(tmp_path / "state"))
    engine, way = request.param.split()
    with database_of(engine, request, tmp_path) as database:
        app = Deploys.make(tmp_path, database, through=("--exec", "env") * (way == "exec"))
        app.repo.add(SONGS, "CreateSongs")
        app.repo.add(ARTISTS, "CreateArtists")
        app.repo.commit()
        app.record()
        app.deploy(rows=(V1, V2))
        for table in ("songs", "artists"):
            database.run(f"CREATE TABLE create{table} (id bigint PRIMARY KEY)")
        yield app


def database_of(engine, request, folder):
    if engine == "mysql":
        return fresh_mysql(request.getfixturevalue("mariadb"))
    return contextlib.nullcontext(SqliteDatabase(folder / "it's a.sqlite3"))


def renamed(app: Deploys) -> Deploys:
    app.record()
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()
    return app


def book(app: Deploys) -> Notebook:
    gateway = open_gateway(app.database.url, app.through[1:])
    table = TableName("schema_migrations")
    found = gateway.engine.catalog.read_noted(gateway, table, framework("rails")).notes
    assert found is not None
    return found


def kinds(app: Deploys) -> list[tuple]:
    return [tuple(it[:3]) for it in app.notes]


def codes(app: Deploys) -> set[str]:
    return {it["code"] for it in app.diagnosis()["findings"]}


def test_what_came_since_is_witnessed_sealed_and_noted_once(app):
    empty = app.notes
    done = app.record()
    again = app.record()
    notebook = book(app)

    assert [it[:2] for it in empty] == [("", "begun")]
    assert [it[:2] for it in app.notes] == [("", "begun"), (V1, "witnessed"), (V2, "witnessed")]
    assert f"witnessed  {V1}" in done.out
    assert again.out.startswith("Nothing new to note")
    assert [it.seal for it in notebook.notes] == [seal_of(it) for it in notebook.notes]
    assert read_chain(notebook).holds
    assert notebook.anchor is not None
    assert notebook.anchor.count == 3


@pytest.mark.parametrize("app", ["mysql exec", "sqlite driver"], indirect=True)
def test_the_first_notes_say_how_the_table_stays_out_of_the_schema_file(app):
    app.database.run("DROP TABLE migdoctor_notes")

    first, second = app.record(), app.record()

    assert "ignore_tables" in first.out
    assert "ignore_tables" not in second.out
    assert "migdoctor_notes" not in app.run("schema", "--diff", "database").out


def test_a_repair_and_its_way_back_keep_the_notes_true(app):
    renamed(app)
    before = app.diagnosis()["renames"]
    tried = app.run("rewrite", "--apply", "--dry-run")
    untouched = kinds(app)[3:]
    done = app.run("rewrite", "--apply", "--yes", "--audit")
    after = kinds(app)[3:]
    clean = codes(app)
    app.repo.git("revert", "--no-edit", "HEAD")
    undone = app.run("undo", "--yes")

    assert [it["confidence"] for it in before] == ["certain"]
    assert "note" in {it["kind"] for it in before[0]["evidence"]}
    assert (tried.status, untouched) == (0, []), tried.err
    assert done.status == 0, done.err
    assert after == [(V1, "removed", OLD), (V3, "witnessed", OLD)]
    assert clean <= {"MD108"}
    assert undone.status == 0, undone.err
    assert kinds(app)[5:] == [(V1, "witnessed", OLD), (V3, "removed", OLD)]
    assert app.record().out.startswith("Nothing new to note")
    assert read_chain(book(app)).holds
    assert not codes(app)


@pytest.mark.parametrize("app", ["mysql driver", "sqlite driver"], indirect=True)
def test_a_script_that_runs_by_itself_notes_it_too(app):
    renamed(app)
    script = app.run("rewrite", "--format", "sql").out

    ran = by_hand(app, script)

    assert ran.returncode == 0, ran.stderr
    assert kinds(app)[3:] == [(V1, "removed", OLD), (V3, "witnessed", OLD)]
    assert read_chain(book(app)).holds
    assert app.record().out.startswith("Nothing new to note")


def by_hand(app: Deploys, script: str) -> "subprocess.CompletedProcess[str]":
    if isinstance(app.database, SqliteDatabase):
        words = ["sqlite3", "-bail", str(app.database.path)]
    else:
        words = ["mariadb", f"--socket={app.database.server.socket}", "-uroot", app.database.name]
    return subprocess.run(words, input=script, capture_output=True, text=True, check=False)


TRIGGER = "CREATE TRIGGER odd AFTER INSERT ON migdoctor_notes FOR EACH ROW "
TAMPERED = {
    "note 2 was changed": "UPDATE migdoctor_notes SET path = 'x' WHERE number = 2",
    "note 2 is missing": "DELETE FROM migdoctor_notes WHERE number = 2",
    "note 3 is missing": "DELETE FROM migdoctor_notes WHERE number = 3",
    "notes 3 to 8 are missing": "UPDATE migdoctor_notes SET number = 9 WHERE number = 3",
    "not those that migdoctor makes": "ALTER TABLE migdoctor_notes ADD COLUMN x int",
    "not an ordinary table": "CREATE VIEW migdoctor_notes AS SELECT * FROM kept",
    "a trigger on it": TRIGGER + "DELETE FROM artists",
}
"""What is said, and what was done."""


@pytest.mark.parametrize("app", ["mysql driver", "sqlite exec"], indirect=True)
def test_notes_that_do_not_hold_say_why(app):
    app.record()
    made = made_like(app)
    slow = not isinstance(app.database, SqliteDatabase)  # it commits to the disk each time
    for said, statement in [*TAMPERED.items()][slow * 2 :]:
        app.database.run("DROP TABLE IF EXISTS kept")
        app.database.run("ALTER TABLE migdoctor_notes RENAME TO kept")
        if "VIEW" not in statement:
            app.database.run(made)
            app.database.run("INSERT INTO migdoctor_notes SELECT * FROM kept")
        whole = "" if "VIEW" in statement else told(app)
        run_one(app, statement)
        found = told(app)
        app.database.run(f"DROP {'VIEW' if 'VIEW' in statement else 'TABLE'} migdoctor_notes")
        app.database.run("ALTER TABLE kept RENAME TO migdoctor_notes")

        assert not whole
        assert said in found, said


def made_like(app: Deploys) -> str:
    if isinstance(app.database, SqliteDatabase):
        return app.database.run("SELECT sql FROM sqlite_master WHERE name = 'migdoctor_notes'")[0][
            0
        ]
    return str(app.database.run("SHOW CREATE TABLE migdoctor_notes")[0][1])


def run_one(app: Deploys, statement: str) -> None:
    if isinstance(app.database, SqliteDatabase):
        with contextlib.closing(sqlite3.connect(app.database.path)) as connection:
            if statement.startswith(TRIGGER):
                body = statement.removeprefix(TRIGGER)
                statement = f"{TRIGGER} BEGIN {body}; END"
            connection.execute(statement)
            connection.commit()
    else:
        app.database.run(statement)


def told(app: Deploys) -> str:
    notebook = book(app)
    return "; ".join([notebook.trouble, *(it.said for it in read_chain(notebook).faults)]).strip(
        "; "
    )


@pytest.mark.parametrize("app", ["mysql exec", "sqlite driver"], indirect=True)
def test_notes_that_were_cut_off_are_no_evidence_until_they_begin_anew(app):
    renamed(app)
    app.database.run("DELETE FROM migdoctor_notes WHERE number = 3")

    document = app.diagnosis()
    refused = app.run("record")
    script = app.run("rewrite", "--format", "sql").out
    anew = app.run("record", "--anew")
    after = read_chain(book(app))

    assert "MD133" in {it["code"] for it in document["findings"]}
    assert "note" not in {it["kind"] for one in document["renames"] for it in one["evidence"]}
    assert refused.status == 1
    assert "--anew` starts a new chain" in refused.err
    assert "migdoctor_notes" not in script
    assert anew.status == 0, anew.err
    assert after.holds
    assert [it.kind for it in after.notes] == ["adopted", "adopted"]


@pytest.mark.parametrize(
    ("app", "counted"),
    [("mysql driver", False), ("sqlite driver", False), ("sqlite driver", True)],
    indirect=["app"],
)
def test_a_backup_is_as_it_was_after_another_note(app, tmp_path, counted):
    if counted:  # where SQLite itself keeps a table of where keys stand
        word = "AUTOINCREMENT" if isinstance(app.database, SqliteDatabase) else "AUTO_INCREMENT"
        app.database.run(f"CREATE TABLE counted (id integer PRIMARY KEY {word})")
        app.database.run("INSERT INTO counted VALUES (7)")
    app.database.run("DROP TABLE migdoctor_notes")
    folders = [str(tmp_path / name) for name in ("none", "some")]
    first = app.run("backup", "-o", folders[0])
    app.record()
    second = app.run("backup", "-o", folders[1])
    app.database.run("INSERT INTO schema_migrations VALUES ('9')")
    app.record()
    app.database.run("DELETE FROM schema_migrations WHERE version = '9'")
    seen = [app.run("verify", "--against", folder) for folder in folders]

    assert (first.status, second.status) == (0, 0), first.err + second.err
    assert [it.status for it in seen] == [0, 0], seen[0].out + seen[1].out


@pytest.mark.parametrize("app", ["mysql driver", "sqlite driver"], indirect=True)
def test_notes_of_another_database_are_told_and_begin_anew(app, tmp_path, request):
    app.record()
    engine = "sqlite" if isinstance(app.database, SqliteDatabase) else "mysql"
    with contextlib.ExitStack() as stack:
        if engine == "sqlite":
            copy = SqliteDatabase(tmp_path / "copy.sqlite3")
            copy.path.write_bytes(app.database.path.read_bytes())
        else:
            copy = stack.enter_context(fresh_mysql(app.database.server))
            for table in ("schema_migrations", "migdoctor_notes"):
                old = f"`{app.database.name}`.{table}"
                copy.run(
                    f"CREATE TABLE {table} LIKE {old};\nINSERT INTO {table} SELECT * FROM {old}"
                )
        other = Deploys(app.repo, copy)

        before = codes(other)
        done = other.record()
        after = [it for it in other.diagnosis()["findings"] if it["code"] == "MD134"]

    assert "MD134" in before
    assert "the notes start again" in done.out
    assert not after


@pytest.mark.parametrize("app", ["mysql driver", "sqlite exec"], indirect=True)
def test_two_at_once_note_it_once(app):
    runs: list = []
    threads = [threading.Thread(target=lambda: runs.append(app.run("record"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [it.status for it in runs] == [0, 0, 0], [it.err for it in runs]
    assert len(app.notes) == 3
    assert read_chain(book(app)).holds


@pytest.mark.parametrize("app", ["mysql driver", "sqlite exec"], indirect=True)
def test_who_is_in_the_way_is_told_and_nothing_is_noted(app):
    gateway = open_gateway(app.database.url, app.through[1:])
    scripts, notebook = gateway.engine.scripts, book(app)
    new = NewNote(V1, NoteKind.WITNESSED, OLD, "0" * 64, "1" * 40)
    table = TableName("schema_migrations")
    text = scripts.render_notes([new], table, notebook, anew=False, lock_timeout="1s")
    with holding(app):
        busy = scripts.run_sql(gateway, text, repair="record", account="me")
    done = scripts.run_sql(gateway, text, repair="record", account="me")
    stale = scripts.run_sql(gateway, text, repair="record", account="me")

    assert isinstance(busy, Refused)
    assert "did not" in busy.what
    assert "in time" in busy.what
    assert isinstance(done, Ran)
    assert isinstance(stale, Refused)
    assert stale.what == "somebody else noted something meanwhile"
    assert [it.seal == seal_of(it) for it in book(app).notes] == [True, True]


@contextlib.contextmanager
def holding(app: Deploys):
    """Another session writes."""
    if isinstance(app.database, SqliteDatabase):
        with contextlib.closing(sqlite3.connect(app.database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        socket, name = str(app.database.server.socket), app.database.name
        with pymysql.connect(unix_socket=socket, user="root", database=name) as other:
            other.cursor().execute("SELECT * FROM migdoctor_notes FOR UPDATE")
            yield


def test_a_role_that_may_only_read_is_told(tmp_path, mysql_database):
    app = Deploys.make(tmp_path, mysql_database)
    app.deploy(SONGS)
    server, name = mysql_database.server, mysql_database.name
    server.run(
        f"CREATE OR REPLACE USER reader@localhost;\nGRANT SELECT ON {name}.* TO reader@localhost"
    )
    url = mysql_database.url.replace("root@", "reader@")

    none = migdoctor(app.repo.path, "record", "--database-url", url, GITHUB_SHA="")
    app.record()
    app.deploy(ARTISTS)
    later = migdoctor(app.repo.path, "record", "--database-url", url, GITHUB_SHA="")
    reads = migdoctor(app.repo.path, "diagnose", "--database-url", url)
    server.run("DROP USER reader@localhost")

    assert (none.status, later.status) == (2, 2), none.err + later.err
    assert reads.status in {0, 1}, reads.err
    assert "MD135" not in reads.out
    assert "CREATE command denied" in " ".join(none.err.split())
    assert "INSERT" in later.err
    assert "connect as the user who migrates" in " ".join(later.err.split())


def test_a_file_that_is_only_read_is_told(tmp_path):
    database = SqliteDatabase(tmp_path / "it.sqlite3")
    app = Deploys.make(tmp_path, database)
    app.deploy(SONGS)

    url = f"{database.url}?mode=ro"
    done = migdoctor(app.repo.path, "record", "--database-url", url, GITHUB_SHA="")

    assert done.status == 2
    assert "read-only" in done.err
    assert "--to FILE" in done.err
    assert not database.run("SELECT 1 FROM sqlite_master WHERE name = 'migdoctor_notes'")
