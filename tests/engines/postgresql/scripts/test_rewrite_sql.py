"""The SQL file, run for real by psql on each server."""

import re
import shutil
import subprocess

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from analyzer.analysis.repair.row_plan import plan_rewrite, rows_after
from analyzer.engines.postgresql.scripts.rewrite_sql import render_rewrite
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.model.plans.plan import Provenance, RowPlan
from analyzer.records import replace
from tests.support.commands.plans import PROVENANCE, deleting, incident, inserting, updating, worlds
from tests.support.databases.servers import Database

TABLE = TableName("schema_migrations", "public")
HOSTILE_TABLES = [
    pytest.param(TableName("schema_migrations"), id="found along the search path"),
    pytest.param(TableName("Schema.Migrations", "My Schema"), id="dot, blank, upper case"),
    pytest.param(TableName('a"b', 'c"; DROP TABLE canary; --'), id="double quotes"),
    pytest.param(TableName("a'b", "c\\d"), id="single quote, backslash"),
    pytest.param(TableName("$migdoctor$", "$$"), id="dollar quotes"),
    pytest.param(TableName("wanderungen_ü", "データ"), id="not ASCII"),
    pytest.param(TableName("a\nb", "x\n\\! touch canary\n"), id="line feeds"),
    pytest.param(TableName(":name", "%s {x} %%"), id="variables and formats"),
]


def create(database, table, rows, *, key=True):
    """A version table as Rails makes it; without a key, as Rails did before 5.0."""
    name = identifier(table)
    with database.connect() as connection:
        if table.schema and table.schema != "public":
            connection.execute(
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(table.schema))
            )
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        kind = "character varying NOT NULL" + " PRIMARY KEY" * key
        connection.execute(sql.SQL("CREATE TABLE {} (version " + kind + ")").format(name))
        for row in rows:
            connection.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(name, row))


def identifier(table):
    return sql.Identifier(*filter(None, [table.schema, table.name]))


def stored(database, table=TABLE):
    with database.connect() as connection:
        found = connection.execute(sql.SQL("SELECT version FROM {}").format(identifier(table)))
        return sorted(version for (version,) in found)


def psql(database, text, tmp_path, *options):
    (tmp_path / "fix.sql").write_text(text, "utf-8")
    program = database.server.bin / "psql"
    command = [program if program.exists() else shutil.which("psql"), "-X", *options]
    return subprocess.run(
        [*command, "-f", tmp_path / "fix.sql", database.url],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def plan_of(before, *steps, table=TABLE):
    after = tuple(rows_after(before, steps))
    return RowPlan(table, tuple(sorted(before)), steps, after, lock=RAILS.store.lock)


def render(plan, **options):
    return render_rewrite(plan, PROVENANCE, **options)


def incident_plan():
    world = incident()
    plan = plan_rewrite(world.diagnosis, world.table, world.files, RAILS)
    assert isinstance(plan, RowPlan)
    return plan


SIMPLE = plan_of(["1", "2"], updating("2", "3"))

# What a person reads


def test_each_change_is_a_plain_statement_below_the_names_of_its_files():
    text = render(incident_plan())

    assert (
        "  -- 20250715180254_create_system_settings.rb is 20250823000002_create_system_settings.rb"
        " now\n"
        '  UPDATE "public"."schema_migrations" SET version = \'20250823000002\'\n'
        "    WHERE version OPERATOR(pg_catalog.=) '20250715180254'\n"
        "    RETURNING version INTO STRICT changed;\n"
    ) in text
    assert text.count("UPDATE ") == 6


def test_the_head_says_where_it_came_from():
    text = render(incident_plan())

    assert text.startswith(
        "-- Rewrites 6 rows of public.schema_migrations.\n"
        "-- Written by migdoctor 0.1.0 at 2025-08-24T09:00:00Z\n"
    )


def test_a_table_without_a_known_schema_is_said_to_be_searched():
    text = render(plan_of(["1"], updating("1", "2"), table=TableName("schema_migrations")))

    assert "search path" in text.partition("\\set")[0]
    assert 'UPDATE "schema_migrations" SET' in text


def test_nothing_to_rewrite_is_said_and_nothing_done(database, tmp_path):
    done = psql(database, render(plan_of(["1"])), tmp_path)

    assert done.returncode == 0
    assert "There is nothing to rewrite." in done.stdout


def test_the_lock_key_is_rails_own():
    assert RAILS.store.lock.key("archive_production") == 602684324218032945


def test_the_statements_parse_back_to_the_plan():
    parser = pytest.importorskip("pglast")
    plan = plan_of(
        ["1", "2", "9"],
        deleting("9"),
        updating("2", "a'\\b"),
        updating("1", "2"),
        inserting("7"),
    )
    block = re.search(
        r"changed pg_catalog.text;\nBEGIN\n[^\n]*\n(.*?)\n  PERFORM [^\n]*\nEXCEPTION",
        render(plan),
        re.DOTALL,
    )
    assert block is not None
    plain = block[1].replace("RETURNING version INTO STRICT changed", "")

    steps = [step_of(one.stmt) for one in parser.parse_sql(plain)]

    assert tuple(steps) == plan.steps


def step_of(statement):
    match type(statement).__name__:
        case "UpdateStmt":
            new = statement.targetList[0].val.val.sval
            return updating(statement.whereClause.rexpr.val.sval, new)
        case "DeleteStmt":
            return deleting(statement.whereClause.rexpr.val.sval)
        case "InsertStmt":
            return inserting(statement.selectStmt.valuesLists[0][0].val.sval)
        case other:
            pytest.fail(f"no step of ours: {other}")


# What it does


@pytest.mark.parametrize("options", [[], ["-v", "ON_ERROR_STOP=1"]], ids=["plain", "stop"])
def test_the_incident_is_rewritten_and_taken_back(any_database, tmp_path, options):
    plan = incident_plan()
    create(any_database, TABLE, plan.before)

    done = psql(any_database, render(plan), tmp_path, *options)
    there = stored(any_database)
    undone = psql(any_database, render(plan.inverse()), tmp_path, *options)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Done: rewrote 6 rows of public.schema_migrations." in done.stdout
    assert there == list(plan.after)
    assert (undone.returncode, undone.stderr) == (0, "")
    assert stored(any_database) == list(plan.before)


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        pytest.param(plan_of(["1", "2"], updating("2", "3"), updating("1", "2")), True, id="chain"),
        pytest.param(
            plan_of(["1", "2"], updating("1", "-1"), updating("2", "1"), updating("-1", "2")),
            True,
            id="swap",
        ),
        pytest.param(plan_of(["1", "2"], deleting("1")), True, id="deletion"),
        pytest.param(
            plan_of(["13", "13", "013"], deleting("13"), deleting("013"), updating("13", "20")),
            False,
            id="doubles",
        ),
        pytest.param(
            plan_of(["13", "13", "13"], updating("13", "20")), False, id="one of three alike"
        ),
        pytest.param(plan_of(["1"], deleting("1")), True, id="no row is left"),
        pytest.param(
            plan_of([f"{number:014}" for number in range(500)], updating("0" * 14, "x")),
            True,
            id="many rows",
        ),
    ],
)
def test_the_rows_become_as_planned_and_go_back(any_database, tmp_path, plan, key):
    create(any_database, TABLE, plan.before, key=key)

    done = psql(any_database, render(plan), tmp_path)
    there = stored(any_database)
    undone = psql(any_database, render(plan.inverse()), tmp_path)

    assert (done.stderr, undone.stderr) == ("", "")
    assert there == list(plan.after)
    assert stored(any_database) == list(plan.before)


@pytest.mark.parametrize("table", HOSTILE_TABLES)
def test_a_hostile_table_name_is_only_a_name(any_database, tmp_path, table):
    any_database.run("CREATE TABLE canary ()")
    plan = plan_of(["1", "2"], updating("2", "3"), table=table)
    create(any_database, table, plan.before)

    done = psql(any_database, render(plan), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert stored(any_database, table) == ["1", "3"]
    assert any_database.run("SELECT to_regclass('canary') IS NOT NULL") == [(True,)]
    assert not (tmp_path / "canary").exists()


HOSTILE = st.text(
    st.one_of(
        st.sampled_from("$'\"\\;:-\n\r\t%{}() migdoctor!`"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    min_size=1,
    max_size=20,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(rows=["$migdoctor$", "$$;\\! touch canary\n"], comment="$migdoctor$\n\\! touch canary")
@example(rows=["'; DROP TABLE schema_migrations; --", ":name"], comment="*/ :name")
@given(rows=st.lists(HOSTILE, min_size=2, max_size=4, unique=True), comment=HOSTILE)
def test_hostile_texts_are_only_texts(database, tmp_path, rows, comment):
    first, *others = rows
    plan = plan_of(others, updating(others[0], first))
    names = tuple((row, comment) for row in rows)
    plan = RowPlan(TABLE, plan.before, plan.steps, plan.after, (comment,), names, names)
    create(database, TABLE, plan.before)
    provenance = Provenance(*[comment] * 8)

    done = psql(database, render_rewrite(plan, provenance), tmp_path, "-v", "name=canary")

    assert (done.returncode, done.stderr) == (0, "")
    assert stored(database) == list(plan.after)
    assert list(tmp_path.iterdir()) == [tmp_path / "fix.sql"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=worlds())
def test_rewrite_then_undo_restores_the_rows(database, tmp_path, world):
    plan = plan_rewrite(world.diagnosis, world.table, world.files, RAILS)
    assert isinstance(plan, RowPlan)
    create(database, TABLE, plan.before)

    done = psql(database, render(plan), tmp_path)
    there = stored(database)
    undone = psql(database, render(plan.inverse()), tmp_path)

    assert (done.stderr, undone.stderr) == ("", "")
    assert there == list(plan.after)
    assert stored(database) == list(plan.before)


def test_it_runs_whatever_the_session_is_set_to(any_database, tmp_path):
    create(any_database, TABLE, ["1", "a\\b"])
    name = sql.Identifier(any_database.name)
    with any_database.connect() as connection:
        for setting in (
            "standard_conforming_strings = off",
            "default_transaction_isolation = 'serializable'",
            "default_transaction_read_only = on",
            "client_encoding = 'LATIN1'",
        ):
            connection.execute(sql.SQL("ALTER DATABASE {} SET " + setting).format(name))
    plan = plan_of(["1", "a\\b"], updating("a\\b", "ü\\'"))

    done = psql(any_database, render(plan), tmp_path)

    assert done.returncode == 0, done.stderr
    with any_database.connect() as connection:
        connection.execute("SET client_encoding = 'UTF8'")
        found = connection.execute("SELECT version FROM schema_migrations ORDER BY 1").fetchall()
    assert found == [("1",), ("ü\\'",)]


def test_what_is_done_is_on_the_disk_even_where_commits_are_not_waited_for(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    name = sql.Identifier(any_database.name)
    with any_database.connect() as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    asked = "CREATE TABLE public.asked AS SELECT current_setting('synchronous_commit') AS how;"

    done = psql(any_database, render(SIMPLE).replace("COMMIT;", f"{asked} COMMIT;"), tmp_path)

    assert done.returncode == 0, done.stderr
    assert any_database.run("SELECT how FROM asked") == [("on",)]


# What stops it


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(["1", "2", "9"], "There, but not expected: 9", id="a row was added"),
        pytest.param(["1"], "Expected, but not there: 2", id="a row is gone"),
        pytest.param(["1", "4"], "expected: 4. Expected, but not there: 2.", id="a row changed"),
        pytest.param(["1", "2", "2"], "There, but not expected: 2", id="a row was doubled"),
    ],
)
def test_rows_that_changed_since_stop_it(any_database, tmp_path, rows, said):
    create(any_database, TABLE, rows, key=False)

    done = psql(any_database, render(SIMPLE), tmp_path)

    assert done.returncode == 3
    assert "public.schema_migrations is not as it was when this was written" in done.stderr
    assert said in done.stderr
    assert stored(any_database) == rows


def test_a_second_run_stops(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    psql(any_database, render(SIMPLE), tmp_path)

    again = psql(any_database, render(SIMPLE), tmp_path)

    assert again.returncode == 3
    assert stored(any_database) == ["1", "3"]


def test_a_running_migration_stops_it_and_is_named(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    with psycopg.connect(any_database.url, application_name="bin/rails") as rails:
        rails.execute("SELECT pg_try_advisory_lock(%s)", [RAILS.store.lock.key(any_database.name)])

        done = psql(any_database, render(SIMPLE), tmp_path)

        assert done.returncode == 3
        assert f"process {rails.info.backend_pid} (bin/rails)" in done.stderr
        assert "a migration is running" in done.stderr
    assert stored(any_database) == ["1", "2"]


def test_a_lock_whose_key_is_the_same_everywhere_stops_it_too(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    lock = MigrationLock("Kysely", constant=3853314791062309107)
    with psycopg.connect(any_database.url) as kysely:
        kysely.execute("SELECT pg_advisory_lock(3853314791062309107)")

        done = psql(any_database, render(replace(SIMPLE, lock=lock)), tmp_path)

        assert done.returncode == 3
        assert "a migration is running: Kysely's migration lock is held by" in done.stderr
    assert stored(any_database) == ["1", "2"]


def test_the_lock_is_that_of_the_database_whatever_its_name(postgres18, tmp_path):
    odd = Database(postgres18, "größe")
    name = sql.Identifier(odd.name)
    with postgres18.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    with psycopg.connect(odd.url, dbname=odd.name) as rails:
        rails.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        rails.execute("INSERT INTO schema_migrations VALUES ('1'), ('2')")
        rails.execute("SELECT pg_advisory_lock(%s)", [RAILS.store.lock.key(odd.name)])
        rails.commit()

        done = psql(odd, render(SIMPLE), tmp_path)

    with postgres18.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    assert "a migration is running" in done.stderr


def test_it_holds_the_lock_that_rails_asks_for(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    key = RAILS.store.lock.key(any_database.name)
    asked = f"""
        CREATE TABLE public.asked AS SELECT count(*) AS held FROM pg_locks
        WHERE locktype = 'advisory' AND classid::bigint = {key >> 32}
        AND objid::bigint = {key & 0xFFFFFFFF};
    """

    done = psql(any_database, render(SIMPLE).replace("COMMIT;", f"{asked} COMMIT;"), tmp_path)

    assert done.returncode == 0, done.stderr
    assert any_database.run("SELECT held FROM asked") == [(1,)]
    assert any_database.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]


def test_someone_who_writes_to_the_table_stops_it_in_time(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    with psycopg.connect(any_database.url) as other:
        other.execute("INSERT INTO schema_migrations VALUES ('9')")

        done = psql(any_database, render(SIMPLE, lock_timeout="50ms"), tmp_path)

        assert done.returncode == 3
        assert "another session is writing to public.schema_migrations" in done.stderr
        other.rollback()
    assert stored(any_database) == ["1", "2"]


def test_a_row_that_arrives_while_it_waits_is_seen(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    text = render(SIMPLE)
    (tmp_path / "fix.sql").write_text(text, "utf-8")
    with psycopg.connect(any_database.url) as other:
        other.execute("INSERT INTO schema_migrations VALUES ('9')")
        command = [any_database.server.bin / "psql", "-X", "-f", tmp_path / "fix.sql"]
        if not command[0].exists():
            command[0] = shutil.which("psql")
        with subprocess.Popen([*command, any_database.url], stderr=subprocess.PIPE) as running:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while any_database.run(waiting) != [(1,)]:
                assert running.poll() is None
            other.commit()
            said = running.stderr.read().decode()

    assert running.returncode == 3
    assert "There, but not expected: 9" in said
    assert stored(any_database) == ["1", "2", "9"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("RETURN NULL", "did not change exactly one row", id="swallows the change"),
        pytest.param("NEW.version := '77'; RETURN NEW", "did not become as planned", id="bends it"),
    ],
)
def test_a_trigger_that_meddles_stops_it(any_database, tmp_path, body, said):
    create(any_database, TABLE, SIMPLE.before)
    any_database.run(
        f"CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body}; END$$;"
        "CREATE TRIGGER meddle BEFORE UPDATE ON schema_migrations"
        " FOR EACH ROW EXECUTE PROCEDURE meddle()"
    )

    done = psql(any_database, render(SIMPLE), tmp_path)

    assert done.returncode == 3
    assert said in done.stderr
    assert stored(any_database) == ["1", "2"]


def test_a_rule_that_takes_the_place_of_a_statement_stops_it(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    any_database.run("CREATE RULE frozen AS ON UPDATE TO schema_migrations DO INSTEAD NOTHING")

    done = psql(any_database, render(SIMPLE), tmp_path)

    assert done.returncode == 3
    assert "public.schema_migrations has rules: frozen" in done.stderr
    assert "DISABLE RULE" in done.stderr
    assert stored(any_database) == ["1", "2"]


@pytest.mark.parametrize("rows", ["", "INSERT INTO child VALUES ('2')"])
def test_a_table_from_which_others_inherit_stops_it(any_database, tmp_path, rows):
    create(any_database, TABLE, SIMPLE.before)
    any_database.run(f"CREATE TABLE child () INHERITS (schema_migrations); {rows}")
    there = stored(any_database)

    done = psql(any_database, render(plan_of(there, updating("1", "3"))), tmp_path)

    assert done.returncode == 3
    assert "public.schema_migrations has tables that inherit from it: public.child" in done.stderr
    assert "NO INHERIT" in done.stderr
    assert stored(any_database) == there


def test_of_doubled_rows_in_two_partitions_just_one_is_deleted(any_database, tmp_path):
    any_database.run(
        "CREATE TABLE schema_migrations (version text, part int) PARTITION BY LIST (part);"
        "CREATE TABLE one PARTITION OF schema_migrations FOR VALUES IN (1);"
        "CREATE TABLE two PARTITION OF schema_migrations FOR VALUES IN (2);"
        "INSERT INTO schema_migrations VALUES ('1', 1), ('1', 2)"
    )

    done = psql(any_database, render(plan_of(["1", "1"], deleting("1"))), tmp_path)

    assert done.returncode == 0, done.stderr
    assert stored(any_database) == ["1"]


def test_rows_that_a_policy_hides_stop_it(any_database, tmp_path):
    create(any_database, TABLE, [*SIMPLE.before, "hidden"])
    any_database.run(
        "GRANT ALL ON schema_migrations TO guarded;"
        "CREATE POLICY few ON schema_migrations USING (version <> 'hidden');"
        "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY"
    )

    done = psql(any_database, "SET ROLE guarded;\n" + render(SIMPLE), tmp_path)

    assert done.returncode == 3
    assert "row-level security" in done.stderr
    assert stored(any_database) == ["1", "2", "hidden"]


def test_a_client_that_goes_on_after_errors_commits_nothing(any_database, tmp_path):
    create(any_database, TABLE, ["1", "2", "9"])
    careless = render(SIMPLE).replace("\\set ON_ERROR_STOP on\n", "")

    done = psql(any_database, careless, tmp_path)

    assert "Nothing was changed." in done.stdout
    assert "Done" not in done.stdout
    assert stored(any_database) == ["1", "2", "9"]
