"""A rewrite's file on MariaDB: all of it happens or nothing, whoever runs it."""

import os
import signal
import subprocess
import time
import zlib
from collections.abc import Iterator

import pymysql
import pytest

from analyzer.engines.registry import engine, open_gateway
from analyzer.engines.results import Cut, Ran, Refused
from analyzer.errors import DatabaseError
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version_table import AUDIT_TABLE, TableName
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.migration_lock import MigrationLock
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
from tests.support.databases.mysql_servers import MysqlDatabase, MysqlServer, fresh_mysql

SCRIPTS = engine("mysql").scripts
CATALOG = engine("mysql").catalog
EITHER = pytest.mark.parametrize("prefix", [(), ("env",)], ids=["driver", "client"])
TABLE = TableName("schema_migrations")
ORIGIN = Provenance("migdoctor", "/r", "HEAD", None, "default", "here", None, "now")
SALT = 2053462845
RAILS = MigrationLock("Rails", SALT)


def update(old: str, new: str) -> UpdateRow:
    return UpdateRow(TableRow(old), TableRow(new))


BEFORE = ("1", "2", "3")
ODD = "it's; `--\n\\ é"
PLANS = {
    "one": RowPlan(TABLE, BEFORE, (update("3", "4"),), ("1", "2", "4"), lock=RAILS),
    "swap": RowPlan(TABLE, BEFORE, (update("1", "t"), update("2", "1"), update("t", "2")), BEFORE),
    "chain": RowPlan(TABLE, BEFORE, (update("3", "4"), update("2", "3")), ("1", "3", "4")),
    "drop": RowPlan(TABLE, BEFORE, (DeleteRow(TableRow("1")),), ("2", "3")),
    "add": RowPlan(TABLE, BEFORE, (InsertRow(TableRow(ODD)),), (*BEFORE, ODD)),
}


@pytest.fixture(scope="module")
def whole(mariadb: MysqlServer) -> Iterator[MysqlDatabase]:
    with fresh_mysql(mariadb) as database:
        yield database


@pytest.fixture
def database(whole: MysqlDatabase) -> MysqlDatabase:
    whole.run(
        "DROP TABLE IF EXISTS schema_migrations, songs, migdoctor_audit;\n"
        "CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);\n"
        "CREATE TABLE songs (id integer);\n"
        "INSERT INTO schema_migrations VALUES ('1'), ('2'), ('3')"
    )
    return whole


def stored(database: MysqlDatabase) -> list[object]:
    return [row[0] for row in database.run("SELECT * FROM schema_migrations ORDER BY 1")]


def run(database: MysqlDatabase, text: str, prefix: tuple[str, ...] = ()):
    gateway = open_gateway(database.url, prefix)
    return SCRIPTS.run_sql(gateway, text, repair="r", account="me")


def client(database: MysqlDatabase, *options: str) -> list[str]:
    return ["mariadb", "-uroot", "-S", str(database.server.socket), *options, database.name]


def by_client(
    database: MysqlDatabase, text: str, *options: str
) -> "subprocess.CompletedProcess[str]":
    command = client(database, *options)
    return subprocess.run(command, input=text, text=True, capture_output=True, check=False)


@EITHER
@pytest.mark.parametrize("name", PLANS)
def test_the_rows_become_as_planned_and_back(database, prefix, name):
    plan = PLANS[name]
    audit = AuditNote("r1", "rewrite", "migdoctor 0") if name == "one" else None
    forth, back = (SCRIPTS.render_rewrite(it, ORIGIN, audit=audit) for it in (plan, plan.inverse()))

    dry = run(database, SCRIPTS.without_commit(forth), prefix)
    assert isinstance(dry, Ran), dry
    assert stored(database) == list(BEFORE)
    assert not database.run(f"SHOW TABLES LIKE '{AUDIT_TABLE}'")
    done = run(database, forth, prefix)
    assert isinstance(done, Ran), done
    assert done.said.startswith("Done: ")
    assert tuple(stored(database)) == plan.after
    assert isinstance(run(database, back, prefix), Ran)
    assert stored(database) == list(BEFORE)


def test_the_order_of_a_swap_is_what_was_exchanged(database):
    database.run(
        "ALTER TABLE schema_migrations ADD mark varchar(9);\n"
        "UPDATE schema_migrations SET mark = CONCAT('was ', version)"
    )
    run(database, SCRIPTS.render_rewrite(PLANS["swap"], ORIGIN))

    rows = database.run("SELECT * FROM schema_migrations ORDER BY 1")
    assert rows == [("1", "was 2"), ("2", "was 1"), ("3", "was 3")]


def test_rows_are_known_by_every_column_and_doubles_are_counted(database):
    database.run(
        "DROP TABLE schema_migrations;\n"
        "CREATE TABLE schema_migrations (version varchar(20), name varchar(20), n int);\n"
        "INSERT INTO schema_migrations VALUES ('1', NULL, 7), ('1', NULL, 7), ('1 ', 'A', NULL)"
    )
    old = TableRow("1", {"name": None, "n": "7"})
    new = TableRow("2", {"name": "a", "n": "7"})
    rest = TableRow("1 ", {"name": "A", "n": None})
    before = tuple(sorted((old.text, old.text, rest.text)))
    after = tuple(sorted((old.text, new.text, rest.text)))
    plan = RowPlan(TABLE, before, (UpdateRow(old, new),), after)

    done = run(database, SCRIPTS.render_rewrite(plan, ORIGIN))

    assert isinstance(done, Ran), done
    rows = database.run("SELECT * FROM schema_migrations ORDER BY version, name")
    assert sorted(map(str, rows)) == ["('1 ', 'A', None)", "('1', None, 7)", "('2', 'a', 7)"]


REFUSED = {
    "stale": (PLANS["one"], "INSERT INTO schema_migrations VALUES (9)", "is not as it was"),
    "gone": (PLANS["one"], "DELETE FROM schema_migrations WHERE version = '1'", "not as it was"),
    "blank": (
        PLANS["one"],
        "UPDATE schema_migrations SET version = '1 ' WHERE version = '1'",
        "is not as it was",
    ),
    "need": (
        replace(PLANS["one"], needs=Needs((Need("3_a.rb", "songs", "title"),), ("songs",))),
        "SELECT 1",
        "lacks what rows would be rewritten for: column songs.title, which 3_a.rb made",
    ),
    "home": (
        replace(PLANS["one"], home=DatabaseHome("production", "other", 0, None)),
        "SELECT 1",
        "this script is for environment production, database other",
    ),
    "trigger": (
        PLANS["one"],
        ("CREATE TRIGGER t BEFORE UPDATE ON schema_migrations FOR EACH ROW SET NEW.version = '7'"),
        "did not become as planned",
    ),
    "engine": (
        PLANS["one"],
        "ALTER TABLE schema_migrations MODIFY version varchar(99), ENGINE=MyISAM",
        "not a table of InnoDB's",
    ),
}


@EITHER
@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(database, prefix, case):
    plan, first, said = REFUSED[case]
    database.run(first)
    before = stored(database)
    text = SCRIPTS.render_rewrite(plan, ORIGIN)

    refused = run(database, text, prefix)

    assert isinstance(refused, Refused)
    assert said in refused.what
    assert refused.why == "Nothing was changed."
    assert "`" not in refused.what
    for options in ((), ("--force",)):  # who goes on after errors changes nothing either
        ended = by_client(database, text, *options)
        assert said in ended.stdout
        assert said in " ".join(ended.stderr.split())
        assert "Done" not in ended.stdout
        assert ended.returncode == (0 if options else 1)
    assert stored(database) == before


def test_an_own_database_is_known_by_its_name(database):
    plan = replace(PLANS["one"], home=DatabaseHome("production", database.name, 0, None))

    assert isinstance(run(database, SCRIPTS.render_rewrite(plan, ORIGIN)), Ran)


@EITHER
def test_rows_that_are_held_are_waited_for_and_told(database, prefix):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN, lock_timeout="100ms")
    with held(database, "INSERT INTO schema_migrations VALUES ('8')"):
        refused = run(database, text, prefix)
        ended = by_client(database, text)

    assert isinstance(refused, Refused)
    assert "another session is writing" in refused.what
    assert "--lock-timeout" in refused.fix
    assert ended.returncode == 1
    assert "Lock wait timeout" in ended.stderr
    assert isinstance(run(database, text, prefix), Ran)


def held(database: MysqlDatabase, statement: str):
    """A session that has begun a transaction and said something in it."""
    connection = pymysql.connect(
        unix_socket=str(database.server.socket), user="root", database=database.name
    )
    connection.begin()
    connection.cursor().execute(statement)
    return connection


@EITHER
def test_the_frameworks_lock_is_respected_and_given_back(database, prefix):
    key = SALT * zlib.crc32(database.name.encode())
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN)
    with held(database, f"SELECT GET_LOCK('{key}', 0)") as other:
        refused = run(database, text, prefix)
        number = other.thread_id()

    assert isinstance(refused, Refused)
    assert f"Rails' lock is held by connection {number}" in refused.what
    assert "run the same command again" in refused.fix or "run this file again" in refused.fix
    dry = SCRIPTS.without_commit(text)
    with (
        pymysql.connect(
            unix_socket=str(database.server.socket), user="root", database=database.name
        ) as session,
        session.cursor() as cursor,
    ):
        for statement in engine_statements(dry):
            cursor.execute(statement)
        cursor.execute(f"SELECT IS_FREE_LOCK('{key}')")
        assert cursor.fetchall() == ((1,),)


def engine_statements(text: str) -> list[str]:
    from analyzer.engines.mysql.scripts.sql_file import statements

    return list(statements(text))


def test_the_time_to_wait_can_be_changed_afterwards(database):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN, lock_timeout="5s")

    assert "innodb_lock_wait_timeout = 5," in text
    assert "innodb_lock_wait_timeout = 60," in SCRIPTS.with_lock_timeout(text, "1min")
    assert "innodb_lock_wait_timeout = 1," in SCRIPTS.with_lock_timeout(text, "1ms")


@EITHER
def test_the_audit_says_who_did_what(database, prefix):
    note = AuditNote("r1", "rewrite", "migdoctor 0")
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN, audit=note)
    run(database, text, prefix)

    (row,) = database.run(f"SELECT * FROM {AUDIT_TABLE}")
    assert row[1:7] == ("me", "root@localhost", "r1", "rewrite", "migdoctor 0", "schema_migrations")
    assert row[7:] == ('["1", "2", "3"]', '["1", "2", "4"]')


def test_two_at_once_change_the_rows_once(database):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN)
    started = [
        subprocess.Popen(client(database), stdin=subprocess.PIPE, stderr=-1, stdout=-1, text=True)
        for _ in range(4)
    ]
    ended = [process.communicate(text) and process.returncode for process in started]

    assert sorted(ended) == [0, 1, 1, 1]
    assert stored(database) == ["1", "2", "4"]


def test_what_is_killed_leaves_all_or_nothing(database):
    """The long form of it is tests/proofs/faults_mysql.py."""
    note = AuditNote("r", "rewrite", "m")
    text = SCRIPTS.render_rewrite(replace(PLANS["chain"], lock=RAILS), ORIGIN, audit=note)
    lines = text.splitlines(keepends=True)
    begin = next(n for n, line in enumerate(lines) if line.startswith("START TRANSACTION"))
    commit = next(n for n, line in enumerate(lines) if line.startswith("EXECUTE migdoctor_end"))
    for cut in range(begin + 1, commit, max((commit - begin) // 11, 1)):
        process = subprocess.Popen(client(database), stdin=subprocess.PIPE, stdout=-3)
        assert process.stdin is not None
        process.stdin.write("".join(lines[:cut]).encode())
        process.stdin.flush()
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.stdin.close()
        process.wait()
        assert CATALOG.read_stored(open_gateway(database.url), TABLE) == BEFORE
    assert isinstance(run(database, text), Ran)
    assert stored(database) == ["1", "3", "4"]


@EITHER
def test_a_connection_that_is_ended_is_told_from_a_refusal(database, prefix):
    text = SCRIPTS.render_rewrite(PLANS["one"], ORIGIN)
    ended = text.replace("\n-- Are the rows now", "\nKILL CONNECTION_ID();\n-- Are the rows now")

    cut = run(database, ended, prefix)

    assert isinstance(cut, Cut), cut
    assert not SCRIPTS.is_running(open_gateway(database.url, prefix), "r")
    assert stored(database) == list(BEFORE)


def test_a_session_at_work_is_known_and_one_that_idles_is_ended(database):
    gateway = open_gateway(database.url)
    with held(database, "SELECT GET_LOCK('migdoctor r', 0)"):
        assert SCRIPTS.is_running(gateway, "r")
    assert not SCRIPTS.is_running(gateway, "r")


WAYS_OUT = {
    "engine": (
        "ALTER TABLE schema_migrations MODIFY version varchar(99), ENGINE=MyISAM",
        "ALTER TABLE `schema_migrations` ENGINE=InnoDB",
    ),
    "trigger": (
        "CREATE TRIGGER t AFTER DELETE ON schema_migrations FOR EACH ROW DELETE FROM songs",
        "drop the triggers",
    ),
}


@pytest.mark.parametrize("case", WAYS_OUT)
def test_what_could_not_be_taken_back_is_told_before(database, case):
    statement, way_out = WAYS_OUT[case]
    database.run(statement)
    standing = CATALOG.read_standing(open_gateway(database.url), TABLE)

    with pytest.raises(DatabaseError) as refused:
        CATALOG.demand_privileges(standing, PLANS["one"].steps, audit=False)

    assert way_out in refused.value.fix


@EITHER
def test_a_role_that_may_only_read_is_told_before(database, prefix):
    database.run(
        "CREATE OR REPLACE USER reader@localhost;\n"
        f"GRANT SELECT, DELETE ON {database.name}.* TO reader@localhost"
    )
    gateway = open_gateway(database.url.replace("root@", "reader@"), prefix)
    standing = CATALOG.read_standing(gateway, TABLE)

    assert standing.privileges == {"USAGE", "SELECT", "DELETE"}
    with pytest.raises(DatabaseError, match="missing privileges") as refused:
        CATALOG.demand_privileges(standing, PLANS["one"].steps, audit=False)
    assert f"GRANT UPDATE ON `{database.name}`.`schema_migrations` TO 'reader'@'localhost'" in str(
        refused.value.fix
    )
