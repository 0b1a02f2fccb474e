"""The commands around a recovery, as a user meets them: statuses, outputs, questions."""

import json
import os
import re
import signal
import subprocess

import psycopg
import pytest

from analyzer.engines.registry import open_gateway
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.backup import BackupWish
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.restoration import restore
from analyzer.operations.backup.snapshot import take_snapshot, write_snapshot
from analyzer.operations.recovery.verification import verify
from tests.support.commands.migdoctor import command, environment, migdoctor
from tests.support.databases.contents import contents
from tests.support.databases.forgery import forge_file
from tests.support.databases.servers import fresh_database

SCHEMA = """
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('1');
CREATE TABLE songs (id serial PRIMARY KEY, title text);
"""
ROWS = "INSERT INTO songs (title) SELECT 'song ' || n FROM generate_series(1, 50) n"


@pytest.fixture
def app(postgres18, tmp_path):
    """A database, a script that migrates it from scratch, and a way to run migdoctor on it."""
    with fresh_database(postgres18) as database:
        database.run(SCHEMA + ROWS)
        (tmp_path / "schema.sql").write_text(SCHEMA)
        psql = postgres18.bin / "psql"
        (tmp_path / "migrate").write_text(
            f'#!/bin/sh\nexec {psql} -qX -v ON_ERROR_STOP=1 "$DATABASE_URL" -f schema.sql\n'
        )
        (tmp_path / "migrate").chmod(0o755)
        yield App(database, tmp_path)
        with postgres18.connect() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", (database.name + "_%",)
            )
            for (name,) in found.fetchall():
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class App:
    def __init__(self, database, folder):
        self.database, self.folder = database, folder
        self.scratch = database.server.url()

    def run(self, *words):
        return migdoctor(self.folder, *words, DATABASE_URL=self.database.url)

    def recover(self, *words):
        return self.run(
            "recover",
            "full",
            "--migrate-command",
            "./migrate",
            "--folder",
            "r",
            "--scratch-url",
            self.scratch,
            *words,
        )

    def database_names(self):
        return [name for (name,) in self.database.run("SELECT datname FROM pg_database")]

    def backup(self):
        done = self.run("backup", "-o", "b")
        assert done.status == 0, done.err


def test_backup_prints_its_folder_and_says_what_is_in_it(app):
    done = app.run("backup", "--verify", "--scratch-url", app.scratch)

    folder = done.out.strip()
    assert re.fullmatch(rf"{app.database.name}-\d{{8}}T\d{{6}}Z\.backup", folder)
    assert (app.folder / folder / "manifest.json").is_file()
    assert "full backup" in done.err
    assert "2 tables, 51 rows" in done.err
    assert "All 7 items passed." in done.err
    assert done.status == 0


def test_kinds_of_backup_exclude_each_other(app):
    done = app.run("backup", "--data-only", "--schema-only")

    assert done.status == 2
    assert "leave all but one" in done.err


def test_a_backup_that_lost_a_row_fails_its_verification(app):
    """The dump and its checksum in the manifest are forged together."""
    assert app.run("backup", "--form", "plain", "--compress", "0", "-o", "b").status == 0
    before = (app.folder / "b" / "dump.sql").read_bytes()
    forge_file(app.folder / "b", "dump.sql", before.replace(b"7\tsong 7\n", b""))

    done = app.run("restore", "b", "--into-new", f"{app.database.name}_new", "--yes")

    assert done.status == 1
    assert "public.songs has 49 of 50" in " ".join(done.err.split())


def test_restoring_over_a_migrated_database_is_refused_with_1(app):
    app.backup()

    done = app.run("restore", "b", "--yes")

    assert done.status == 1
    assert "psql exits with 0" in done.err
    assert done.out == ""


def test_a_truncated_dump_is_refused_with_its_name(app):
    app.backup()
    dump = app.folder / "b" / "dump.pgdump"
    dump.write_bytes(dump.read_bytes()[:-1])

    done = app.run("restore", "b", "--into-new", "never_made", "--yes")

    assert done.status == 1
    assert "b/dump.pgdump is truncated" in done.err


def test_nobody_to_ask_is_an_error_and_nothing_is_done(app):
    before = contents(app.database.url)

    done = app.recover()

    assert done.status == 2
    assert "run it again with --yes" in done.err
    assert not (app.folder / "r").exists()
    assert contents(app.database.url) == before


def test_a_recovery_shows_its_steps_runs_them_and_goes_back(app):
    before = contents(app.database.url)
    done = app.recover(
        "--yes",
        "--stop-command",
        "touch stopped",
        "--start-command",
        "touch started",
        "--check-command",
        "test -e stopped",
    )

    assert done.status == 0, done.err
    assert done.err.index("The way back, at every step") < done.err.index("[1/13]")
    assert (app.folder / "started").exists()
    assert "All 6 items passed." in done.out
    assert contents(app.database.url) == before

    again = app.run("recover", "resume", "--yes")
    assert (again.status, "is over" in again.err) == (2, True)
    assert app.run("recover", "back", "--yes").status == 0
    assert contents(app.database.url) == before
    aside = "_taken_back_"
    assert [name for name in app.database_names() if f"{app.database.name}{aside}" in name]
    dropped = app.run("recover", "drop-old", "--yes")
    assert (dropped.status, aside in dropped.err, "is dropped" in dropped.err) == (0, True, True)
    own = f"{app.database.name}{aside}"  # other tests keep theirs on the same server
    assert not [name for name in app.database_names() if name.startswith(own)]
    assert contents(app.database.url) == before
    again = app.run("recover", "drop-old", "--yes")
    assert (again.status, "nothing was dropped" in again.err) == (0, True)


def test_rows_that_do_not_fit_end_with_1_and_say_how_to_go_on(app):
    (app.folder / "schema.sql").write_text(SCHEMA + "ALTER TABLE songs DROP title")

    done = app.recover("--yes")

    assert done.status == 1
    assert "50 x values in title, which the new table has not" in done.err
    assert "migdoctor recover resume r" in done.err
    assert "migdoctor recover back r" in done.err
    (app.folder / "schema.sql").write_text(SCHEMA)
    assert app.run("recover", "back", "r", "--yes").status == 0


def test_rows_in_the_way_are_not_to_be_met_again(app):
    """Going on would stop at them as often as it is tried."""
    app.backup()
    app.database.run("DELETE FROM songs; INSERT INTO songs (title) VALUES ('since')")
    words = ("recover", "tables", "--table", "songs", "--from-backup", "b", "--yes")
    words = (*words, "--scratch-url", app.scratch)

    done = app.run(*words, "--folder", "r")

    assert done.status == 1
    assert "it has other rows already" in done.err
    assert "begin it again with --replace" in " ".join(done.err.split())
    assert "recover resume" not in done.err
    assert "migdoctor recover back r" in done.err
    assert app.run("recover", "back", "r", "--yes").status == 0
    again = app.run(*words, "--folder", "s", "--replace")
    assert again.status == 0, again.err
    assert app.database.run("SELECT count(*) FROM songs") == [(50,)]


def test_ctrl_c_leaves_a_state_that_the_next_command_explains(app):
    before = contents(app.database.url)
    (app.folder / "migrate").write_text("#!/bin/sh\ntouch waiting\nsleep 60\n")
    process = subprocess.Popen(
        command(
            "recover",
            "full",
            "--yes",
            "--folder",
            "r",
            "--migrate-command",
            "./migrate",
            "--scratch-url",
            app.scratch,
        ),
        cwd=app.folder,
        stdin=subprocess.DEVNULL,
        env=environment(DATABASE_URL=app.database.url),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (app.folder / "waiting").exists():
        assert process.poll() is None, process.communicate()
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1]

    assert process.returncode == 130
    assert "Not finished. The old rows are untouched." in said
    assert "migdoctor recover resume r" in said
    (app.folder / "migrate").write_text(
        f'#!/bin/sh\nexec {app.database.server.bin}/psql -qX "$DATABASE_URL" -f schema.sql\n'
    )
    done = app.run("recover", "resume", "--yes", "--scratch-url", app.scratch)
    assert done.status == 0, done.err
    assert "(done) rename" in done.err
    assert contents(app.database.url) == before


def test_preflight_checks_each_item_and_fails_with_the_command_that_mends_it(app):
    app.backup()
    assert app.recover("--runbook", "rb").out == "rb/runbook.sh\nrb/runbook.md\n"
    words = [
        "preflight",
        "--backup",
        "b",
        "--rollback",
        "rb/runbook.md",
        "--snapshot",
        "s.json",
        "--scratch-url",
        app.scratch,
        "--format",
        "json",
    ]

    done = app.run(*words)
    assert done.status == 0, done.out
    items = {item["id"]: item for item in json.loads(done.out)["items"]}
    assert {item["outcome"] for item in items.values()} == {"pass"}
    assert "51 rows" in items["state-documented"]["what"]
    state = json.loads((app.folder / "s.json").read_text())
    assert [table["rows"] for table in state["tables"]] == [1, 50]

    app.database.run("INSERT INTO schema_migrations VALUES ('2')")
    with psycopg.connect(app.database.url, application_name="puma"):
        done = app.run(*words, "--max-age", "0")
    failed = [item for item in json.loads(done.out)["items"] if item["outcome"] == "fail"]
    assert done.status == 1
    assert [item["id"] for item in failed] == ["backup-recent", "application-stopped"]
    assert "postgres (puma) from" in failed[1]["what"]
    assert all(item["why"] and item["fix"] for item in failed)


def test_preflight_without_anything_names_what_is_missing(app):
    done = app.run("preflight", "--format", "markdown")

    assert done.status == 1
    assert "- [ ] **fail** backup: no backup of" in done.out
    assert "- [ ] **fail** rollback-plan: no rollback plan was named" in done.out


def test_preflight_tells_another_databases_backup(app, postgres15):
    with fresh_database(postgres15) as other:
        other.run("CREATE TABLE t (x int)")
        done = migdoctor(app.folder, "backup", "-o", "other", DATABASE_URL=other.url)
        assert done.status == 0, done.err

    done = app.run("preflight", "--backup", "other", "--no-restore", "--format", "json")

    items = {item["id"]: item["outcome"] for item in json.loads(done.out)["items"]}
    assert items["backup-origin"] == "fail"
    assert items["backup-restores"] == "unknown"


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        pytest.param("DELETE FROM songs WHERE id = 3", {"rows", "checksums"}, id="a row is gone"),
        pytest.param("UPDATE songs SET title = 'x' WHERE id = 3", {"checksums"}, id="a value"),
        pytest.param("DROP TABLE songs", {"tables", "structure"}, id="a table is gone"),
        pytest.param("CREATE TABLE more (x int)", {"tables", "structure"}, id="a table more"),
        pytest.param("CREATE INDEX ON songs (title)", {"structure"}, id="an index more"),
        pytest.param(
            "DELETE FROM schema_migrations",
            {"rows", "checksums", "versions"},
            id="a version is gone",
        ),
        pytest.param(
            "SELECT setval('songs_id_seq', 7)",
            {"sequences", "sequence-values"},
            id="a sequence went back",
        ),
        pytest.param(
            "ALTER TABLE songs ADD CONSTRAINT c CHECK (id > 0) NOT VALID",
            {"structure", "constraints"},
            id="a constraint is open",
        ),
    ],
)
def test_verify_finds_what_differs(app, change, failed):
    gateway = open_gateway(app.database.url)
    folder = back_up(gateway, BackupWish(), app.folder / "b", Silent())
    app.database.run(change)

    done = verify(gateway, str(folder), Silent())

    assert {item.id for item in done.failed} == failed


def test_verify_compares_with_a_database_a_url_and_a_snapshot(app):
    gateway, twin = open_gateway(app.database.url), f"{app.database.name}_twin"
    folder = back_up(gateway, BackupWish(), app.folder / "b", Silent())
    restore(gateway, folder, twin, Silent())
    write_snapshot(take_snapshot(gateway, Silent()), app.folder / "s.json")

    for against in (twin, app.database.server.url(twin), str(app.folder / "s.json")):
        done = verify(gateway, against, Silent(), check_command="true")
        assert not done.failed
        assert done.items[-1].id == "own-check"

    assert app.run("verify", "--against", "b", "--check-command", "false").status == 1
    assert app.run("verify", "--against", "./nothing").status == 2


def test_through_a_prefix_everything_works_and_names_what_is_missing(app):
    """The prefix is env: it stands for docker, which is not on this machine."""
    prefix = f"env PATH={app.database.server.bin}:/usr/bin:/bin"
    words = ["--exec", prefix, "--database-url", app.database.url]
    before = contents(app.database.url)

    assert app.run("backup", *words, "-o", "b").status == 0
    done = app.recover("--yes", *words)
    assert done.status == 0, done.err
    assert contents(app.database.url) == before
    assert app.run("verify", *words, "--against", "b").status == 0

    done = app.run("backup", "--exec", "no-such-program", "-o", "c")
    assert (done.status, "cannot run no-such-program" in done.err) == (2, True)
    done = app.run("backup", *words, "--jobs", "2", "-o", "c")
    assert (done.status, "cannot go through --exec" in done.err) == (2, True)


def test_no_password_is_shown(app):
    app.database.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO guarded")
    app.database.run("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO guarded")
    url = app.database.url.replace("postgres@", "guarded:correct%20horse@")

    done = app.run("backup", "--database-url", url, "-o", "b")
    lost = app.run("backup", "--database-url", url.replace("horse", "cow"), "-o", "c")
    planned = app.run(
        "recover", "full", "--migrate-command", "true", "--runbook", "rb", "--database-url", url
    )

    assert (done.status, lost.status, planned.status) == (0, 2, 0)
    files = [path.read_text(errors="replace") for path in app.folder.rglob("*") if path.is_file()]
    for text in (done.err, lost.err, planned.err, *files):
        assert not re.search(r"correct(%20| )(horse|cow)", text)
