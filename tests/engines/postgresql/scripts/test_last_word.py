"""Nothing stands between the printed SQL and the rows: what would is named, or changes nothing."""

import pytest
from psycopg import sql

from analyzer.engines.postgresql.scripts.recorded_sql import render_recorded
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.recorded_change import RecordedChange
from tests.engines.postgresql.scripts.test_rewrite_sql import (
    SIMPLE,
    TABLE,
    create,
    psql,
    render,
    stored,
)
from tests.support.commands.plans import PROVENANCE

DELETES = """
CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN DELETE FROM public.schema_migrations; RETURN NULL; END';
CREATE CONSTRAINT TRIGGER sly AFTER UPDATE ON schema_migrations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gone()"""
REARMED = """
CREATE TABLE later (i int);
CREATE FUNCTION arm() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN SET CONSTRAINTS ALL DEFERRED; INSERT INTO public.later VALUES (1); RETURN NULL; END';
CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN DELETE FROM public.schema_migrations; RETURN NULL; END';
CREATE CONSTRAINT TRIGGER sly AFTER UPDATE ON schema_migrations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION arm();
CREATE CONSTRAINT TRIGGER slyer AFTER INSERT ON later
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gone()"""
VIEW = """
ALTER TABLE schema_migrations RENAME TO behind;
CREATE VIEW schema_migrations AS SELECT * FROM behind"""
INSTEAD = (
    VIEW
    + """;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER instead INSTEAD OF UPDATE ON schema_migrations
  FOR EACH ROW EXECUTE FUNCTION nothing()"""
)
RULE = "CREATE RULE also AS ON UPDATE TO schema_migrations DO ALSO DELETE FROM schema_migrations"
FOREIGN = """
CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER far FOREIGN DATA WRAPPER elsewhere;
ALTER TABLE schema_migrations RENAME TO part;
CREATE TABLE schema_migrations (version varchar) PARTITION BY LIST (version);
ALTER TABLE schema_migrations ATTACH PARTITION part FOR VALUES IN ('1', '2', '3');
CREATE FOREIGN TABLE away PARTITION OF schema_migrations DEFAULT SERVER far"""
CAST = """
CREATE ROLE {role}; CREATE TYPE v AS ENUM ('1', '2', '3'); ALTER TYPE v OWNER TO {role};
ALTER TABLE schema_migrations ALTER COLUMN version TYPE v USING version::v"""

ATTACKS = [
    pytest.param(DELETES, "did not become as planned", ["1", "2"], id="deferred trigger"),
    pytest.param(REARMED, "lost rows at the COMMIT", [], id="trigger that defers itself again"),
    pytest.param(VIEW, "is not an ordinary table", ["1", "2"], id="view"),
    pytest.param(INSTEAD, "is not an ordinary table", ["1", "2"], id="view with its own trigger"),
    pytest.param(RULE, "has rules: also", ["1", "2"], id="rule"),
    pytest.param(FOREIGN, "has rows in foreign tables: public.away", None, id="foreign partition"),
    pytest.param(CAST, "is of type public.v", ["1", "2"], id="another role's type"),
]


@pytest.fixture
def attacked(any_database):
    role = sql.Identifier(f"sly_{any_database.name}")

    def attack(statements):
        create(any_database, TABLE, SIMPLE.before)
        any_database.run(statements.replace("{role}", role.as_string(None)))
        return any_database

    yield attack
    found = any_database.run(f"SELECT FROM pg_roles WHERE rolname = 'sly_{any_database.name}'")
    if found:
        owned = sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(role)
        any_database.run(owned.as_string(None))


@pytest.mark.parametrize(("attack", "said", "rows"), ATTACKS)
def test_what_stands_before_the_rows_is_named(attacked, tmp_path, attack, said, rows):
    database = attacked(attack)

    done = psql(database, render(SIMPLE), tmp_path)

    assert done.returncode == 3
    assert said in done.stderr
    assert "Done" not in done.stdout
    if rows is not None:
        assert stored(database) == rows


@pytest.mark.parametrize(("attack", "said", "rows"), ATTACKS)
def test_recorded_renames_say_so_too(attacked, tmp_path, attack, said, rows):
    database = attacked(attack)
    script = render_recorded(
        [RecordedChange("2", "3", "3", "two")],
        TableName("schema_migrations"),
        PROVENANCE,
        (),
        lock_timeout="5s",
    )

    done = psql(database, script, tmp_path)

    assert done.returncode == 3
    assert said.replace("as planned", "as it should") in done.stderr
    assert "Done" not in done.stdout
    if rows is not None:
        assert stored(database) == rows


def test_triggers_of_the_users_own_are_named_and_find_what_they_call(any_database, tmp_path):
    create(any_database, TABLE, SIMPLE.before)
    any_database.run("""
        CREATE TABLE noted (version text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN INSERT INTO noted VALUES (NEW.version); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER noting AFTER UPDATE ON schema_migrations
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER noting_at_once AFTER UPDATE ON schema_migrations
          FOR EACH ROW EXECUTE FUNCTION note();
    """)

    done = psql(any_database, render(SIMPLE), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert any_database.run("SELECT version FROM noted") == [("3",), ("3",)]


def test_a_trigger_that_interferes_is_told_by_its_name(attacked, tmp_path):
    done = psql(attacked(DELETES), render(SIMPLE), tmp_path)

    assert "Triggers on the table: sly." in done.stderr


AUDITS = [
    pytest.param(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER t BEFORE INSERT ON migdoctor_audit FOR EACH ROW "
        "EXECUTE FUNCTION f()",
        "it has triggers",
        id="trigger",
    ),
    pytest.param(
        "CREATE RULE r AS ON INSERT TO migdoctor_audit DO INSTEAD NOTHING",
        "it has rules",
        id="rule",
    ),
    pytest.param(
        "CREATE ROLE {role}; ALTER TABLE migdoctor_audit OWNER TO {role}",
        "it belongs to sly",
        id="another role's",
    ),
]


@pytest.mark.parametrize(("attack", "said"), AUDITS)
def test_an_audit_table_of_anothers_is_not_written_to(attacked, tmp_path, attack, said):
    table = "CREATE TABLE migdoctor_audit (done_by text, repair text, action text, tool text, "
    database = attacked(
        f"{table} version_table text, rows_before text[], rows_after text[]);{attack}"
    )

    done = psql(database, render(SIMPLE, audit=AuditNote("r", "rewrite", "t")), tmp_path)

    assert done.returncode == 3
    assert f"migdoctor_audit is not the table that migdoctor makes: {said}" in done.stderr
    assert stored(database) == ["1", "2"]


def test_a_hash_partitioned_table_is_rewritten_as_the_one_table_it_is(any_database, tmp_path):
    any_database.run(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY) PARTITION BY HASH (version);"
        "CREATE TABLE p0 PARTITION OF schema_migrations FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
        "CREATE TABLE p1 PARTITION OF schema_migrations FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
        "INSERT INTO schema_migrations VALUES ('1'), ('2')"
    )

    done = psql(any_database, render(SIMPLE), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert stored(any_database) == ["1", "3"]


@pytest.mark.parametrize(
    "setting",
    [
        "statement_timeout = '1s'",
        "lock_timeout = '1s'",
        "idle_in_transaction_session_timeout = '1s'",
    ],
)
def test_limits_of_the_database_do_not_cut_it_short(any_database, tmp_path, setting):
    create(any_database, TABLE, SIMPLE.before)
    any_database.run(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END';"
        "CREATE TRIGGER slow BEFORE UPDATE ON schema_migrations "
        "FOR EACH ROW EXECUTE FUNCTION slow();"
        f'ALTER DATABASE "{any_database.name}" SET {setting}'
    )

    done = psql(any_database, render(SIMPLE), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
