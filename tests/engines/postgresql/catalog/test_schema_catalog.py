"""The live catalogue as schema values, on PostgreSQL 15 and 18."""

import pytest

from analyzer.engines.postgresql.catalog.live_schema import read_live_schema
from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    EnumType,
    ForeignKey,
    Index,
    NamedObject,
    SqlText,
)
from tests.support.databases.servers import PASSWORD


def read(database, *statements):
    database.run(";".join(statements))
    return read_live_schema(open_gateway(database.url), RAILS)


def table(database, *statements, name="songs"):
    return read(database, *statements).schema.tables[name]


@pytest.mark.parametrize(
    ("sql", "column"),
    [
        ("a varchar", Column("a", "string")),
        (
            "a varchar(20) NOT NULL DEFAULT 'it''s'",
            Column("a", "string", null=False, default="it's", limit=20),
        ),
        ("a char(2)", Column("a", "string", limit=2)),
        ("a text[] DEFAULT '{}'", Column("a", "text", default="{}", array=True)),
        ("a smallint", Column("a", "integer", limit=2)),
        ("a integer DEFAULT -1", Column("a", "integer", default=-1)),
        ("a bigint DEFAULT 5000000000", Column("a", "bigint", default=5000000000)),
        ("a numeric(10,2) DEFAULT 0.5", Column("a", "decimal", default=0.5, precision=10, scale=2)),
        ("a numeric", Column("a", "decimal")),
        ("a real", Column("a", "float", limit=24)),
        ("a boolean DEFAULT false", Column("a", "boolean", default=False)),
        ("a boolean DEFAULT true", Column("a", "boolean", default=True)),
        ("a timestamp DEFAULT now()", Column("a", "datetime", default=SqlText("now()"))),
        ("a timestamp(3)", Column("a", "datetime", precision=3)),
        ("a timestamptz(6)", Column("a", "timestamptz", precision=6)),
        ("a time", Column("a", "time")),
        ("a bytea", Column("a", "binary")),
        ("a jsonb DEFAULT '{}'", Column("a", "jsonb", default="{}")),
        (
            "a uuid DEFAULT gen_random_uuid()",
            Column("a", "uuid", default=SqlText("gen_random_uuid()")),
        ),
        ("a varchar DEFAULT '5'", Column("a", "string", default="5")),
        ("a varchar DEFAULT NULL", Column("a", "string")),
        ('a text COLLATE "C"', Column("a", "text", collation="C")),
        ("a mood DEFAULT 'fine'", Column("a", "enum", default="fine", enum_type="mood")),
        ("a mood[]", Column("a", "enum", array=True, enum_type="mood")),
        ("a int GENERATED ALWAYS AS IDENTITY", Column("a", "integer", null=False)),
        (
            "b int, a int GENERATED ALWAYS AS (b * 2) STORED",
            Column("a", "integer", generated="(b * 2)"),
        ),
        ("a bit varying(4)", Column("a", "bit_varying", limit=4)),
        ("a text DEFAULT E'\\\\n'", Column("a", "text", default="\\n")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_column_gets_the_words_of_schema_rb(database, sql, column):
    found = table(
        database, "CREATE TYPE mood AS ENUM ('fine', 'sad')", f"CREATE TABLE songs ({sql})"
    )

    assert found.column("a") == column


def test_a_serial_key_shows_its_sequence(any_database):
    found = table(any_database, "CREATE TABLE songs (id bigserial PRIMARY KEY)")

    assert found.primary_key == ("id",)
    assert found.columns == (
        Column("id", "bigint", null=False, default=SqlText("nextval('songs_id_seq'::regclass)")),
    )


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("INDEX i ON songs (a, b)", Index("i", ("a", "b"))),
        (
            "UNIQUE INDEX i ON songs (a) INCLUDE (b)",
            Index("i", ("a",), unique=True, include=("b",)),
        ),
        ("INDEX i ON songs (a) WHERE b > 0", Index("i", ("a",), where="(b > 0)")),
        ("INDEX i ON songs (lower(a), b)", Index("i", ("lower(a::text), b",))),
        ("INDEX i ON songs ((b + 1))", Index("i", ("(b + 1)",))),
        (
            "INDEX i ON songs USING gin (to_tsvector('english', a))",
            Index("i", ("to_tsvector('english'::regconfig, a::text)",), using="gin"),
        ),
        (
            "INDEX i ON songs (a varchar_pattern_ops)",
            Index("i", ("a",), opclasses=("varchar_pattern_ops",)),
        ),
        (
            "INDEX i ON songs (a DESC NULLS LAST)",
            Index("i", ("a",), order=(("a", "DESC NULLS LAST"),)),
        ),
        ("INDEX i ON songs (b, a DESC)", Index("i", ("b", "a"), order=(("a", "desc"),))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_index_is_read_whole(any_database, sql, index):
    found = table(any_database, "CREATE TABLE songs (a varchar, b int)", f"CREATE {sql}")

    assert found.indexes == (index,)


def test_keys_and_constraints_are_read_with_their_names(any_database):
    found = table(
        any_database,
        "CREATE TABLE artists (id bigint PRIMARY KEY, code text UNIQUE)",
        "CREATE TABLE songs (artist_id bigint, code text, n int CONSTRAINT positive CHECK (n > 0))",
        "ALTER TABLE songs ADD CONSTRAINT fk_a FOREIGN KEY (artist_id) REFERENCES artists"
        " ON DELETE CASCADE ON UPDATE SET NULL",
        "ALTER TABLE songs ADD CONSTRAINT fk_c FOREIGN KEY (code) REFERENCES artists (code)"
        " NOT VALID",
        "ALTER TABLE songs ADD CONSTRAINT once UNIQUE (n, code)",
    )

    assert found.foreign_keys == (
        ForeignKey("fk_a", ("artist_id",), "artists", on_delete="cascade", on_update="nullify"),
        ForeignKey("fk_c", ("code",), "artists", ("code",), validated=False),
    )
    assert found.constraints == (
        Constraint("once", ConstraintKind.UNIQUE, None, ("n", "code")),
        Constraint("positive", ConstraintKind.CHECK, "(n > 0)"),
    )
    assert found.indexes == ()


def test_what_an_extension_owns_is_left_out(any_database):
    live = read(any_database, "CREATE EXTENSION pg_trgm", "CREATE EXTENSION citext")

    assert live.schema.extensions == {"plpgsql", "pg_trgm", "citext"}
    assert live.schema.tables == {}
    assert live.schema.others == frozenset()


def test_types_views_functions_and_triggers_are_read_by_name(any_database):
    live = read(
        any_database,
        "CREATE TYPE mood AS ENUM ('sad', 'fine')",
        "ALTER TYPE mood ADD VALUE 'so-so' BEFORE 'fine'",
        "CREATE TABLE songs (a int)",
        "CREATE VIEW v AS SELECT a FROM songs",
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM songs",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER t BEFORE INSERT ON songs FOR EACH ROW EXECUTE FUNCTION f()",
    )

    assert live.schema.enums == {"mood": EnumType("mood", ("sad", "so-so", "fine"))}
    assert live.schema.others == {
        NamedObject("view", "v"),
        NamedObject("materialized_view", "m"),
        NamedObject("function", "f"),
        NamedObject("trigger", "songs.t"),
    }


def test_a_table_outside_the_search_path_keeps_its_schema(any_database):
    live = read(any_database, "CREATE SCHEMA audit", "CREATE TABLE audit.events (id int)")

    assert [*live.schema.tables] == ["audit.events"]


def test_a_partition_has_none_of_its_parents_indexes(any_database):
    live = read(
        any_database,
        "CREATE TABLE plays (at date NOT NULL, PRIMARY KEY (at)) PARTITION BY RANGE (at)",
        "CREATE INDEX i ON plays (at)",
        "CREATE TABLE plays_1 PARTITION OF plays FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    )

    assert live.schema.tables["plays"].index("i") is not None
    assert live.schema.tables["plays_1"].indexes == ()


def test_an_index_that_is_not_valid_counts_as_missing_and_is_told(database):
    database.run("CREATE TABLE songs (a int); INSERT INTO songs VALUES (1), (1)")
    with database.connect() as connection, pytest.raises(Exception, match="duplicated"):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON songs (a)")

    live = read_live_schema(open_gateway(database.url), RAILS)

    assert live.schema.tables["songs"].indexes == ()
    (note,) = live.notes
    assert note.startswith("index i of table songs counts as missing")


def test_the_versions_that_ran_come_along(database):
    live = read(
        database,
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
        "INSERT INTO schema_migrations VALUES ('013'), ('20250101000000')",
    )

    assert live.versions is not None
    assert {row.version.key for row in live.versions.rows} == {13, 20250101000000}


def test_a_database_without_a_version_table_has_a_schema_all_the_same(database):
    live = read(database, "CREATE TABLE songs (a int)")

    assert live.versions is None
    assert [*live.schema.tables] == ["songs"]


def test_a_role_that_may_read_no_rows_sees_the_schema(database):
    database.run("CREATE TABLE schema_migrations (version varchar); CREATE TABLE songs (a int)")
    url = database.server.url(database.name, "guarded").replace("guarded@", "guarded:x@")
    url = url.replace(":x@", f":{PASSWORD.replace(' ', '%20')}@")

    live = read_live_schema(open_gateway(url), RAILS)

    assert sorted(live.schema.tables) == ["schema_migrations", "songs"]
    assert live.versions is None


def test_odd_names_survive(database):
    found = table(
        database,
        'CREATE TABLE "Odd ""Table" ("A b" int)',
        'CREATE INDEX "I x" ON "Odd ""Table" ("A b")',
        name='Odd "Table',
    )

    assert found.indexes == (Index("I x", ("A b",)),)


def test_an_unreachable_server_is_explained_without_the_password():
    with pytest.raises(DatabaseError) as caught:
        read_live_schema(open_gateway("postgresql://me:hunter2@127.0.0.1:1/x"), RAILS)

    assert "no PostgreSQL server answers" in caught.value.what
    assert "hunter2" not in str(caught.value)
