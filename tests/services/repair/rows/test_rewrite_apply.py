"""``rewrite --apply``: done whole, or stopped with nothing changed; never in between."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from tests.support.commands.repair_runs import ROOT, Place, ended
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250201000000"
OTHER = "20250102000000"


def renamed(folder: Path) -> Path:
    """A repository whose first migration got a later number after it ran."""
    repo = Repo.make(folder)
    repo.add(f"{OLD}_create_songs.rb", "CreateSongs")
    repo.add(f"{OTHER}_create_artists.rb", "CreateArtists")
    repo.commit()
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    repo.commit()
    return repo.path


def place_in(tmp_path: Path, database: Database, table: str = "public.schema_migrations") -> Place:
    database.run(f"CREATE TABLE {table} (version pg_catalog.varchar PRIMARY KEY)")
    database.run(f"INSERT INTO {table} VALUES ('{OLD}'), ('{OTHER}')")
    database.run(
        "CREATE TABLE public.songs (id pg_catalog.int8 PRIMARY KEY, title pg_catalog.text);"
        "INSERT INTO public.songs VALUES (1)"
    )
    return Place(renamed(tmp_path / "app"), database, tmp_path / "state")


@pytest.fixture
def place(tmp_path, any_database) -> Place:
    return place_in(tmp_path, any_database)


@pytest.fixture
def place18(tmp_path, database) -> Place:
    return place_in(tmp_path, database)


def waiting(database: Database) -> bool:
    return database.run("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0] > 0


def wait_until_waiting(database: Database, running: subprocess.Popen[str]) -> None:
    while not waiting(database):
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)


# Done


def test_it_prints_the_way_back_does_it_verifies_it_and_undo_takes_it_back(place):
    done = place.run("rewrite", "--apply", "--yes")
    there = place.rows()
    undone = place.run("undo", "--yes")

    assert done.status == 0, done.err
    repair = place.journal()[0]
    assert done.err.index("Way back: migdoctor undo") < done.err.index("Done: rewrote 1 row")
    assert f'psql -d "$DATABASE_URL" -v ON_ERROR_STOP=1 -f {repair["way_back"]["path"]}' in done.err
    for check in (
        "rows: 2 applied versions, just as planned",
        "structure: unchanged in 2 tables",
        "row counts: unchanged in 1 table",
        "none is left to run",
    ):
        assert f"ok        {check}" in done.err or check in done.err
    assert "FAILED" not in done.err
    assert there == [OTHER, NEW]
    assert (undone.status, place.rows()) == (0, [OLD, OTHER])
    assert place.states() == ["begun", "done", "undoing", "undone"]


def test_the_script_that_is_kept_and_runs_is_the_one_that_is_printed(place18):
    printed = place18.run("rewrite").out

    place18.run("rewrite", "--apply", "--yes")

    kept = Path(place18.journal()[0]["script"]["path"]).read_text()
    changing, _, after = printed.partition("\n-- What comes after it")
    assert without_time(kept) == without_time(changing)
    assert "migdoctor diagnose" in after
    assert kept.count("\nCOMMIT;\n") == 1


def without_time(script: str) -> list[str]:
    return [line for line in script.splitlines() if not line.startswith("-- Written by")]


def test_the_undo_file_can_be_run_by_hand(place18):
    place18.run("rewrite", "--apply", "--yes")
    way_back = place18.journal()[0]["way_back"]["path"]
    psql = place18.database.server.bin / "psql"

    subprocess.run(
        [psql, "-X", "-d", place18.database.url, "-f", way_back], check=True, capture_output=True
    )

    assert place18.rows() == [OLD, OTHER]


def test_the_journal_says_who_did_what_to_which_database(place18):
    url = place18.database.url.replace("postgres@", "postgres:s3cret@")

    place18.run("rewrite", "--apply", "--yes", "--database-url", url)

    begun, done = place18.journal()
    system = place18.database.run("SELECT system_identifier::text FROM pg_control_system()")[0][0]
    assert begun["database"]["system"] == system
    assert begun["database"]["name"] == place18.database.name
    assert begun["database"]["server"] == f"127.0.0.1:{place18.database.server.port}"
    assert begun["database"]["table"] == {"name": "schema_migrations", "schema": "public"}
    assert begun["who"]["account"].endswith(f"@{socket.gethostname()}")
    assert begun["steps"] == [{"step": "UpdateRow", "old": OLD, "new": NEW}]
    assert begun["before"] != begun["after"] == done["after"]
    assert "s3cret" not in (place18.state / "journal.jsonl").read_text()
    assert oct((place18.state / "journal.jsonl").stat().st_mode & 0o777) == "0o600"


def test_json_tells_what_was_done(place18):
    done = place18.run("rewrite", "--apply", "--yes", "--format", "json")

    assert done.json["outcome"]["ending"] == "done"
    assert done.json["repair"]["state"] == "done"
    assert {check["passed"] for check in done.json["checks"]} == {True}


def test_a_dry_run_does_all_but_the_commit(place):
    done = place.run("rewrite", "--dry-run")

    assert done.status == 0, done.err
    assert "Dry run: it all works. Nothing was changed." in done.err
    assert place.rows() == [OLD, OTHER]
    assert place.journal() == []


def test_it_works_through_psql_as_well(place):
    path = f"{place.database.server.bin}{os.pathsep}{os.environ['PATH']}"
    through = ["--exec", "env", "--database-url", place.database.url]

    done = place.run("rewrite", "--apply", "--yes", "--audit", *through, PATH=path)
    undone = place.run("undo", "--yes", *through, PATH=path)

    assert (done.status, undone.status) == (0, 0), done.err + undone.err
    assert "FAILED" not in done.err
    assert place.rows() == [OLD, OTHER]
    assert [row[0] for row in place.database.run("SELECT action FROM migdoctor_audit")] == [
        "rewrite",
        "undo",
    ]


def test_the_audit_table_keeps_the_rows_and_who_it_was(place18):
    place18.run("rewrite", "--apply", "--yes", "--audit")

    ((who, action, before, after),) = place18.database.run(
        "SELECT done_by, action, rows_before, rows_after FROM public.migdoctor_audit"
    )
    assert who == place18.journal()[0]["who"]["account"]
    assert (action, before, after) == ("rewrite", [OLD, OTHER], [OTHER, NEW])


def test_a_dry_run_leaves_no_audit_table(place18):
    place18.run("rewrite", "--dry-run", "--audit")

    assert place18.database.run("SELECT to_regclass('migdoctor_audit')") == [(None,)]


def test_a_table_in_another_schema_is_repaired_with_its_audit_beside_it(tmp_path, database):
    database.run('CREATE SCHEMA "My Tenant"')
    place = place_in(tmp_path, database, '"My Tenant".schema_migrations')

    done = place.run(
        "rewrite", "--apply", "--yes", "--audit", "--table", "My Tenant.schema_migrations"
    )
    undone = place.run("undo", "--yes")

    assert (done.status, undone.status) == (0, 0), done.err + undone.err
    assert place.rows('"My Tenant".schema_migrations') == [OLD, OTHER]
    assert database.run('SELECT count(*) FROM "My Tenant".migdoctor_audit') == [(2,)]


def test_a_doubled_row_goes_and_comes_back(tmp_path, database):
    place = place_in(tmp_path, database)
    database.run("ALTER TABLE schema_migrations DROP CONSTRAINT schema_migrations_pkey")
    database.run(f"INSERT INTO schema_migrations VALUES ('{OTHER}'), ('0{OTHER}')")

    done = place.run("rewrite", "--apply", "--yes")
    there = place.rows()
    undone = place.run("undo", "--yes")

    assert (done.status, undone.status) == (0, 0), done.err + undone.err
    assert there == [OTHER, NEW]
    assert place.rows() == [f"0{OTHER}", OLD, OTHER, OTHER]


# Asking


def test_without_a_terminal_and_without_yes_it_refuses(place18):
    done = place18.run("rewrite", "--apply")

    assert done.status == 2
    assert "there is no terminal to ask at" in done.err
    assert "--yes" in done.err
    assert place18.rows() == [OLD, OTHER]


@pytest.mark.parametrize(
    ("answer", "status", "rows"),
    [
        pytest.param("n", 1, [OLD, OTHER], id="no"),
        pytest.param("", 1, [OLD, OTHER], id="only return"),
        pytest.param("y", 0, [OTHER, NEW], id="yes"),
    ],
)
def test_at_a_terminal_it_asks(place18, answer, status, rows):
    command = f"{sys.executable} -m analyzer rewrite --apply"

    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"],
        input=f"{answer}\n",
        text=True,
        cwd=place18.repository,
        capture_output=True,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": place18.database.url,
            "MIGDOCTOR_STATE_DIR": str(place18.state),
        },
    )

    assert "Change public.schema_migrations in database" in done.stdout
    assert done.returncode == status, done.stdout
    assert place18.rows() == rows
    assert place18.states() == ([] if status else ["begun", "done"])
    assert list((place18.state / "repairs").iterdir()) != [] or status


def test_rows_from_a_file_cannot_be_applied(place18):
    done = place18.run("rewrite", "--apply", "--yes", "--rows", "x.txt")

    assert done.status == 2
    assert "--apply needs the database itself" in done.err


# Stopped


def test_a_running_migration_stops_it_at_once(place):
    with psycopg.connect(place.database.url, application_name="bin/rails") as rails:
        rails.execute("SELECT pg_advisory_lock(%s)", [RAILS.store.lock.key(place.database.name)])

        done = place.run("rewrite", "--apply", "--yes")

    assert done.status == 1
    assert "a migration is running: Rails' migration lock is held by process" in done.err
    assert "Nothing was changed" in done.err
    assert place.rows() == [OLD, OTHER]
    assert place.states() == ["begun", "failed"]


def test_a_writer_is_waited_for_no_longer_than_the_lock_timeout(place18):
    with psycopg.connect(place18.database.url) as writer:
        writer.execute("INSERT INTO schema_migrations VALUES ('9')")
        begun = time.monotonic()

        done = place18.run("rewrite", "--apply", "--yes", "--lock-timeout", "100ms")

        assert time.monotonic() - begun < 30
        assert done.status == 1
        assert "another session is writing to public.schema_migrations" in done.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param("INSERT INTO schema_migrations VALUES ('9')", "not expected: 9", id="added"),
        pytest.param(
            f"DELETE FROM schema_migrations WHERE version = '{OTHER}'",
            f"not there: {OTHER}",
            id="removed",
        ),
        pytest.param(
            f"UPDATE schema_migrations SET version = '8' WHERE version = '{OTHER}'",
            f"not expected: 8. Expected, but not there: {OTHER}",
            id="changed",
        ),
    ],
)
def test_a_row_that_changed_since_the_analysis_stops_it(place18, change, said):
    database = place18.database
    with psycopg.connect(database.url) as writer:
        writer.execute(change)
        running = place18.start("rewrite", "--apply", "--yes", "--lock-timeout", "60s")
        wait_until_waiting(database, running)
        writer.commit()
        rows = place18.rows()
        done = ended(running)

    assert done.status == 1
    assert "is not as it was when this was written" in done.err
    assert said in " ".join(done.err.split())
    assert place18.rows() == rows
    assert place18.states() == ["begun", "failed"]


def test_of_two_at_once_exactly_one_wins(place):
    database = place.database
    with psycopg.connect(database.url) as writer:
        writer.execute("LOCK TABLE schema_migrations IN ROW EXCLUSIVE MODE")
        first = place.start("rewrite", "--apply", "--yes", "--lock-timeout", "60s")
        wait_until_waiting(database, first)
        second = place.run("rewrite", "--apply", "--yes")
        writer.rollback()
        won = ended(first)

    assert (won.status, second.status) == (0, 1), won.err + second.err
    assert "held by process" in second.err
    assert "migdoctor 2" in second.err
    assert place.rows() == [OTHER, NEW]
    assert sorted(place.states()) == ["begun", "begun", "done", "failed"]


@pytest.mark.parametrize("granted", ["SELECT", "SELECT, UPDATE"])
def test_a_role_without_permission_is_refused_before_anything_changes(place, granted):
    place.database.run(f"GRANT {granted} ON schema_migrations TO guarded")
    url = place.database.url.replace("postgres@", "guarded:correct%20horse@")

    done = place.run("rewrite", "--apply", "--yes", "--audit", "--database-url", url)

    assert done.status == 2
    assert "user guarded may not change public.schema_migrations" in done.err
    assert "GRANT" in done.err
    assert "horse" not in done.err
    assert place.rows() == [OLD, OTHER]
    assert place.journal() == []


def test_a_table_from_which_others_inherit_is_refused_before_anything_changes(place18):
    place18.database.run("CREATE TABLE child () INHERITS (schema_migrations)")

    done = place18.run("rewrite", "--apply", "--yes")

    assert done.status == 2
    assert "has tables that inherit from it: public.child; nothing was changed" in done.err
    assert "ALTER TABLE public.child NO INHERIT public.schema_migrations" in " ".join(
        done.err.split()
    )
    assert place18.rows() == [OLD, OTHER]
    assert place18.journal() == []


def test_rows_that_a_policy_may_hide_are_not_called_a_missing_privilege(place18):
    place18.database.run(
        "GRANT ALL ON schema_migrations TO guarded;"
        "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY"
    )
    url = place18.database.url.replace("postgres@", "guarded:correct%20horse@")

    done = place18.run("rewrite", "--apply", "--yes", "--database-url", url)

    assert done.status == 2
    assert "row-level security may hide some of them" in " ".join(done.err.split())
    assert "BYPASSRLS" in done.err
    assert "GRANT" not in done.err


def test_each_missing_privilege_has_a_statement_that_can_be_pasted(place18):
    place18.database.run("GRANT SELECT ON schema_migrations TO guarded")
    url = place18.database.url.replace("postgres@", "guarded:correct%20horse@")

    done = place18.run("rewrite", "--apply", "--yes", "--audit", "--database-url", url)

    pasted = "GRANT CREATE ON SCHEMA public TO guarded; GRANT UPDATE ON public.schema_migrations TO"
    assert pasted in " ".join(done.err.split())


@pytest.mark.parametrize("time", ["0", "0ms", "99999999d", "2147483648", "5 minutes", "-1s", ""])
def test_a_lock_timeout_that_would_wait_for_ever_or_is_no_time_is_refused(place18, time):
    done = place18.run("rewrite", "--apply", "--yes", f"--lock-timeout={time}")

    assert done.status == 2
    assert "--lock-timeout" in done.err
    assert place18.rows() == [OLD, OTHER]


def test_where_the_journal_cannot_be_written_nothing_changes(place18):
    done = place18.run("rewrite", "--apply", "--yes", MIGDOCTOR_STATE_DIR="/dev/null/state")

    assert done.status == 2
    assert "without the journal and the way back nothing is changed" in done.err
    assert place18.rows() == [OLD, OTHER]


# Cut off


def test_a_connection_cut_before_the_commit_is_told_as_such(place):
    database = place.database
    with psycopg.connect(database.url) as writer:
        writer.execute("LOCK TABLE schema_migrations IN ROW EXCLUSIVE MODE")
        running = place.start("rewrite", "--apply", "--yes", "--lock-timeout", "60s")
        wait_until_waiting(database, running)
        database.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
        done = ended(running)

    assert done.status == 1
    assert "the rows are exactly the old ones" in " ".join(done.err.split())
    assert place.rows() == [OLD, OTHER]
    assert place.states() == ["begun", "failed"]


def test_a_connection_cut_at_the_commit_is_settled_by_the_rows(place):
    with deaf_after(b"ROW EXCLUSIVE", place.database.server.port) as port:
        url = place.database.url.replace(f":{place.database.server.port}/", f":{port}/")

        done = place.run("rewrite", "--apply", "--yes", "--database-url", url)

    assert done.status == 0, done.err
    assert "Done in the end: the rows are exactly as planned." in done.err
    assert place.rows() == [OTHER, NEW]
    assert place.states() == ["begun", "done"]


@contextmanager
def deaf_after(word: bytes, server: int) -> Iterator[int]:
    """A way to the server on which the client, once it said a word, never hears an answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=_serve, args=(listener, word, server))
        serving.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        serving.join()


def _serve(listener: socket.socket, word: bytes, server: int) -> None:
    connections = []
    with suppress(OSError):  # it was shut down: the test is over
        while True:
            client, _ = listener.accept()
            connection = threading.Thread(target=_connect, args=(client, word, server))
            connection.start()
            connections.append(connection)
    for connection in connections:
        connection.join()


def _connect(client: socket.socket, word: bytes, server: int) -> None:
    with client, socket.create_connection(("127.0.0.1", server)) as upstream:
        answers = threading.Thread(target=_hand_on, args=(upstream, client))
        answers.start()
        _hand_on(client, upstream, word)
        answers.join()


def _hand_on(source: socket.socket, target: socket.socket, word: bytes | None = None) -> None:
    with suppress(OSError):
        while said := source.recv(1 << 20):
            if word is not None and word in said:
                source.shutdown(socket.SHUT_RDWR)  # the client is cut off, and then ...
            target.sendall(said)  # ... the server does all of it
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
