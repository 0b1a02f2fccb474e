"""A rewrite's file on SQLite: all of it happens or nothing, whoever runs it."""

import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from analyzer.engines.registry import engine, open_gateway
from analyzer.engines.results import Ran, Refused
from analyzer.errors import DatabaseError
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version_table import AUDIT_TABLE, TableName
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import (
    DatabaseHome,
    DeleteRow,
    InsertRow,
    Need,
    Needs,
    Provenance,
    RowPlan,
    UpdateRow,
)
from analyzer.records import replace

SCRIPTS = engine("sqlite").scripts
CATALOG = engine("sqlite").catalog
EITHER = pytest.mark.parametrize("prefix", [(), ("env",)], ids=["driver", "client"])
TABLE = TableName("schema_migrations")
ORIGIN = Provenance("migdoctor", "/r", "HEAD", None, "default", "here", None, "now")


def update(old: str, new: str) -> UpdateRow:
    return UpdateRow(TableRow(old), TableRow(new))


BEFORE = ("1", "2", "3")
PLANS = {
    "one": RowPlan(TABLE, BEFORE, (update("3", "4"),), ("1", "2", "4")),
    "swap": RowPlan(TABLE, BEFORE, (update("1", "t"), update("2", "1"), update("t", "2")), BEFORE),
    "chain": RowPlan(TABLE, BEFORE, (update("3", "4"), update("2", "3")), ("1", "3", "4")),
    "drop": RowPlan(TABLE, BEFORE, (DeleteRow(TableRow("1")),), ("2", "3")),
    "add": RowPlan(
        TABLE, BEFORE, (InsertRow(TableRow("it's; --\n")),), ("1", "2", "3", "it's; --\n")
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);"
        "CREATE TABLE songs (id integer);"
        "INSERT INTO schema_migrations VALUES (1), (2), (3);"
    )
    connection.close()
    return path


def stored(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT * FROM schema_migrations ORDER BY 1")]
    finally:
        connection.close()


def run(path: Path, text: str, prefix: tuple[str, ...] = ()):
    gateway = open_gateway(f"sqlite3:{path}", prefix)
    return SCRIPTS.run_sql(gateway, text, repair="r", account="me")


def by_client(path: Path, text: str, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sqlite3", *options, str(path)], input=text, text=True, capture_output=True, check=False
    )


@EITHER
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_the_rows_become_as_planned_and_back(file, prefix, name, mode):
    sqlite3.connect(file).execute(f"PRAGMA journal_mode = {mode}").connection.close()
    plan = PLANS[name]
    forth, back = (SCRIPTS.render_rewrite(it, ORIGIN) for it in (plan, plan.inverse()))

    dry = run(file, SCRIPTS.without_commit(forth), prefix)
    assert isinstance(dry, Ran)
    assert stored(file) == list(BEFORE)
    done = run(file, forth, prefix)
    assert isinstance(done, Ran)
    assert done.said.startswith("Done: ")
    assert tuple(stored(file)) == plan.after
    assert isinstance(run(file, back, prefix), Ran)
    assert stored(file) == list(BEFORE)


def test_the_order_of_a_swap_is_what_was_exchanged(file):
    sqlite3.connect(file).execute("ALTER TABLE schema_migrations ADD mark").connection.close()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("UPDATE schema_migrations SET mark = 'was ' || version")
    connection.close()
    run(file, SCRIPTS.render_rewrite(PLANS["swap"], ORIGIN))

    rows = sqlite3.connect(file).execute("SELECT * FROM schema_migrations ORDER BY 1").fetchall()
    assert rows == [("1", "was 2"), ("2", "was 1"), ("3", "was 3")]


REFUSED = {
    "stale": (PLANS["one"], "INSERT INTO schema_migrations VALUES (9)", "is not as it was"),
    "gone": (PLANS["one"], "DELETE FROM schema_migrations WHERE version = '1'", "not as it was"),
    "need": (
        replace(PLANS["one"], needs=Needs((Need("3_a.rb", "songs", "title"),), ("songs",))),
        "SELECT 1",
        "lacks what rows would be rewritten for: column songs.title, which 3_a.rb made",
    ),
    "home": (
        replace(PLANS["one"], home=DatabaseHome("production", "/srv/other.sqlite3", 0, None)),
        "SELECT 1",
        "this script is for environment production, database /srv/other.sqlite3",
    ),
    "trigger": (
        PLANS["one"],
        (
            "CREATE TRIGGER t AFTER UPDATE ON schema_migrations "
            "BEGIN DELETE FROM schema_migrations WHERE version = '1'; END"
        ),
        "did not become as planned",
    ),
}


@EITHER
@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(file, prefix, case):
    plan, first, said = REFUSED[case]
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(first)
    connection.close()
    before = stored(file)
    text = SCRIPTS.render_rewrite(plan, ORIGIN)

    refused = run(file, text, prefix)

    assert isinstance(refused, Refused)
    assert said in refused.what
    assert refused.why == "Nothing was changed."
    for options in (("-bail",), ()):  # who forgets it is stopped by the file itself
        ended = by_client(file, text, *options)
        assert ended.returncode == 1
        assert said in ended.stderr
    assert stored(file) == before


def test_an_own_database_is_known_by_its_path(file):
    plan = replace(PLANS["one"], home=DatabaseHome("production", str(file), 0, None))

    assert isinstance(run(file, SCRIPTS.render_rewrite(plan, ORIGIN)), Ran)


@EITHER
def test_a_lock_that_is_held_is_waited_for_and_told(file, prefix):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN, lock_timeout="100ms")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    refused = run(file, text, prefix)
    ended = by_client(file, text, "-bail")

    assert isinstance(refused, Refused)
    assert "is busy" in refused.what
    assert "--lock-timeout" in refused.fix
    assert ended.returncode == 1
    assert "database is locked" in ended.stderr
    assert SCRIPTS.is_running(open_gateway(f"sqlite3:{file}", prefix), "r")
    other.execute("ROLLBACK")
    other.close()
    assert not SCRIPTS.is_running(open_gateway(f"sqlite3:{file}", prefix), "r")
    assert isinstance(run(file, text, prefix), Ran)


def test_the_time_to_wait_can_be_changed_afterwards(file):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN, lock_timeout="5s")

    assert ".timeout 5000\n" in text
    assert ".timeout 60000\n" in SCRIPTS.with_lock_timeout(text, "1min")


@EITHER
def test_the_audit_says_who_did_what(file, prefix):
    note = AuditNote("r1", "rewrite", "migdoctor 0")
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN, audit=note)
    run(file, text, prefix)

    (row,) = sqlite3.connect(file).execute(f"SELECT * FROM {AUDIT_TABLE}").fetchall()
    assert row[1:6] == ("me", "r1", "rewrite", "migdoctor 0", "schema_migrations")
    assert row[6:] == ('["1", "2", "3"]', '["1", "2", "4"]')


def test_two_at_once_change_the_rows_once(file):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN)
    started = [
        subprocess.Popen(
            ["sqlite3", "-bail", str(file)], stdin=subprocess.PIPE, stderr=-1, text=True
        )
        for _ in range(4)
    ]
    ended = [process.communicate(text) and process.returncode for process in started]

    assert sorted(ended) == [0, 1, 1, 1]
    assert stored(file) == ["1", "2", "4"]


def test_what_is_killed_leaves_all_or_nothing(file):
    """The long form of it is tests/proofs/faults_sqlite.py."""
    text = SCRIPTS.render_rewrite(PLANS["swap"], ORIGIN, audit=AuditNote("r", "rewrite", "m"))
    lines = text.splitlines(keepends=True)
    begin = next(n for n, line in enumerate(lines) if line.startswith("BEGIN IMMEDIATE"))
    commit = next(n for n, line in enumerate(lines) if line.startswith("COMMIT"))
    for cut in range(begin + 1, commit, max((commit - begin) // 8, 1)):
        process = subprocess.Popen(
            ["sqlite3", "-bail", str(file)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        assert process.stdin is not None
        process.stdin.write("".join(lines[:cut]).encode())
        process.stdin.flush()
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.stdin.close()
        process.wait()
        assert not SCRIPTS.is_running(open_gateway(f"sqlite3:{file}"), "r")
        assert CATALOG.read_stored(open_gateway(f"sqlite3:{file}"), TABLE) == BEFORE
    assert isinstance(run(file, text), Ran)


def test_who_may_not_write_is_told_before(file):
    if os.geteuid() == 0:
        standing = CATALOG.read_standing(open_gateway(f"sqlite3:{file}"), TABLE)
        standing = replace(standing, privileges=frozenset({"SELECT"}))
    else:
        file.chmod(0o400)
        standing = CATALOG.read_standing(open_gateway(f"sqlite3:{file}"), TABLE)

    with pytest.raises(DatabaseError, match="may not write"):
        CATALOG.demand_privileges(standing, PLANS["one"].steps, audit=False)


def test_triggers_on_the_version_table_are_told_before(file):
    sqlite3.connect(file).execute(
        "CREATE TRIGGER t AFTER UPDATE ON schema_migrations BEGIN SELECT 1; END"
    ).connection.close()
    standing = CATALOG.read_standing(open_gateway(f"sqlite3:{file}"), TABLE)

    with pytest.raises(DatabaseError, match="it has triggers"):
        CATALOG.demand_privileges(standing, PLANS["one"].steps, audit=False)
