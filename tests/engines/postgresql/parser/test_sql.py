# ruff: noqa: FBT003  the fields of a value stand in their order here

import pytest

from analyzer.engines.postgresql.parser.sql import parse_sql
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    ForeignKey,
    Index,
    SqlText,
    Table,
)

CHECK, UNIQUE = ConstraintKind.CHECK, ConstraintKind.UNIQUE
INSERT, UPDATE, DELETE = e.DataAction.INSERT, e.DataAction.UPDATE, e.DataAction.DELETE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "CREATE TABLE public.songs (id bigserial PRIMARY KEY, title "
            "varchar(20) NOT NULL DEFAULT 'x',"
            " at timestamp(6) without time zone, tags text[], price numeric(8,2) "
            "CHECK (price > 0))",
            [
                e.CreateTable(
                    Table(
                        "songs",
                        (
                            Column(
                                "id", "bigint", False, SqlText("nextval('songs_id_seq'::regclass)")
                            ),
                            Column("title", "string", False, "x", 20),
                            Column("at", "datetime", precision=6),
                            Column("tags", "text", array=True),
                            Column("price", "decimal", precision=8, scale=2),
                        ),
                        ("id",),
                        constraints=(Constraint("songs_price_check", CHECK, "price > 0"),),
                    ),
                    1,
                )
            ],
            id="create table",
        ),
        pytest.param(
            "ALTER TABLE songs ADD COLUMN plays int DEFAULT 0, DROP COLUMN IF EXISTS old,"
            " ALTER title TYPE text, ALTER title SET NOT NULL, ALTER plays DROP DEFAULT",
            [
                e.AddColumn("songs", Column("plays", "integer", default=0), 1),
                e.RemoveColumn("songs", "old", 1, True),
                e.ChangeColumn(
                    "songs",
                    Column("title", "text"),
                    1,
                    frozenset({"limit", "precision", "scale", "array"}),
                ),
                e.ChangeNull("songs", "title", False, 1),
                e.ChangeDefault("songs", "plays", None, 1),
            ],
            id="alter table",
        ),
        pytest.param(
            "ALTER TABLE ONLY songs ADD CONSTRAINT fk FOREIGN KEY (artist_id) "
            "REFERENCES artists(id)"
            " ON DELETE CASCADE NOT VALID, ADD CONSTRAINT u UNIQUE (a, b), ADD PRIMARY KEY (id),"
            " DROP CONSTRAINT old, VALIDATE CONSTRAINT fk",
            [
                e.AddForeignKey(
                    "songs",
                    ForeignKey("fk", ("artist_id",), "artists", ("id",), "cascade", None, False),
                    1,
                ),
                e.AddConstraint("songs", Constraint("u", UNIQUE, None, ("a", "b")), 1),
                e.AddPrimaryKey("songs", ("id",), 1),
                e.RemoveConstraint("songs", "old", 1),
                e.ValidateConstraint("songs", 1, "fk"),
            ],
            id="constraints",
        ),
        pytest.param(
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON songs USING gin "
            "(title gin_trgm_ops)"
            " INCLUDE (plays) WHERE title IS NOT NULL",
            [
                e.AddIndex(
                    "songs",
                    Index(
                        "i",
                        ("title",),
                        True,
                        "title IS NOT NULL",
                        "gin",
                        ("plays",),
                        ("gin_trgm_ops",),
                    ),
                    1,
                    if_not_exists=True,
                    concurrently=True,
                )
            ],
            id="create index",
        ),
        pytest.param(
            "CREATE INDEX ON songs (artist_id, lower(title))",
            [
                e.AddIndex(
                    "songs",
                    Index("songs_artist_id_lower_idx", ("artist_id, lower(title)",)),
                    1,
                )
            ],
            id="an expression makes the index one column",
        ),
        pytest.param(
            "ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME c TO d; ALTER INDEX i RENAME TO j",
            [
                e.RenameTable("a", "b", 1, True),
                e.RenameColumn("b", "c", "d", 1, True),
                e.RenameIndex(None, "i", "j", 1),
            ],
            id="rename",
        ),
        pytest.param(
            "DROP TABLE IF EXISTS a, b CASCADE; DROP INDEX i; DROP TYPE mood; DROP VIEW v",
            [
                e.DropTable("a", 1, True, True, along=("b",)),
                e.DropTable("b", 1, True, True, along=("a",)),
                e.RemoveIndex(None, 1, "i"),
                e.DropEnum("mood", 1),
                e.DropObject("view", "v", 1),
            ],
            id="drop",
        ),
        pytest.param(
            "CREATE TYPE mood AS ENUM ('happy', 'sad'); ALTER TYPE mood ADD VALUE "
            "IF NOT EXISTS 'calm'"
            " AFTER 'happy'; ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
            [
                e.CreateEnum("mood", ("happy", "sad"), 1),
                e.AddEnumValue("mood", "calm", 1, None, "happy", True),
                e.RenameEnumValue("mood", "sad", "blue", 1),
            ],
            id="enum",
        ),
        pytest.param(
            "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public; CREATE SCHEMA audit;"
            " CREATE SEQUENCE s; CREATE VIEW v AS SELECT * FROM songs JOIN artists USING (id)",
            [
                e.EnableExtension("hstore", 1),
                e.CreateObject("schema", "audit", 1),
                e.CreateObject("sequence", "s", 1),
                e.CreateObject("view", "v", 1, ("artists", "songs")),
            ],
            id="objects known by name",
        ),
        pytest.param(
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN; RETURN NEW; END $$;"
            " CREATE TRIGGER t BEFORE INSERT ON songs FOR EACH ROW EXECUTE FUNCTION f()",
            [
                e.CreateObject("function", "f", 1),
                e.CreateObject("trigger", "songs.t", 1, ("songs",)),
            ],
            id="function and trigger",
        ),
        pytest.param(
            "WITH x AS (SELECT id FROM artists) UPDATE songs SET plays = 1, title = y.a FROM x, y",
            [
                e.ReadData("artists", 1),
                e.ReadData("y", 1),
                e.WriteData("songs", UPDATE, 1, ("plays", "title")),
            ],
            id="update that reads other tables",
        ),
        pytest.param(
            "INSERT INTO songs (title) SELECT name FROM tunes; DELETE FROM tunes; TRUNCATE a, b",
            [
                e.ReadData("tunes", 1),
                e.WriteData("songs", INSERT, 1, ("title",)),
                e.WriteData("tunes", DELETE, 1),
                e.WriteData("a", e.DataAction.TRUNCATE, 1),
                e.WriteData("b", e.DataAction.TRUNCATE, 1),
            ],
            id="rows",
        ),
        pytest.param("SET lock_timeout = 0; BEGIN; COMMIT; LOCK TABLE a", [], id="harmless"),
        pytest.param(
            "ALTER TABLE songs ADD INDEX by_title (title)",
            [e.AddIndex("songs", Index("by_title", ("title",)), 1)],
            id="MySQL's ADD INDEX, which PostgreSQL would take for a column",
        ),
        pytest.param(
            "ALTER TABLE `songs` DROP COLUMN `title`",
            [e.RemoveColumn("songs", "title", 1)],
            id="MySQL's quotes",
        ),
    ],
)
def test_a_statement_is_what_it_does(text, expected):
    assert list(parse_sql(text)) == expected


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("a = 1 AND b IS NULL", "(a = 1) AND (b IS NULL)"),
        ("a IN (1, 2)", "a IN (1, 2)"),
        ("a::text LIKE 'x%'", "(a)::text ~~ 'x%'"),
        ("now() - interval '1 day' > b", "(now() - '1 day'::interval) > b"),
        ("COALESCE(a, 0) > 0 OR NOT b", "(COALESCE(a, 0) > 0) OR (NOT (b))"),
        ("a = ANY (ARRAY['x', 'y'])", "a = ANY (ARRAY['x', 'y'])"),
        ("CASE WHEN a THEN 1 ELSE 2 END = 1", "CASE WHEN a THEN 1 ELSE 2 END = 1"),
        ("a BETWEEN 1 AND 2", "a BETWEEN 1 AND 2"),
        ("a IS DISTINCT FROM b", "a IS DISTINCT FROM b"),
        ("jsonb_typeof(a -> 'b') = 'object'", "jsonb_typeof(a -> 'b') = 'object'"),
    ],
)
def test_expressions_are_shown_as_text(expression, shown):
    (found,) = parse_sql(f"CREATE INDEX i ON t (x) WHERE {expression}")

    assert found.index.where == shown


def test_a_statement_that_cannot_be_read_is_opaque_and_the_others_are_kept():
    found = parse_sql("DROP TABLE a;\nFROBNICATE b;\n\n-- why\nDROP TABLE c; DO $$ BEGIN END $$")

    assert [(type(it).__name__, it.line) for it in found] == [
        ("DropTable", 1),
        ("Opaque", 2),
        ("DropTable", 5),
        ("Opaque", 5),
    ]
    assert found[1].text == "FROBNICATE b"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("select " + "(" * 100_000, id="parentheses"),
        pytest.param("select 1" + "+1" * 100_000, id="a long sum"),
        pytest.param("/*" * 100_000, id="comments in comments"),
        pytest.param("select '", id="a text without end"),
        pytest.param("$$", id="a dollar quote without end"),
        pytest.param("sel\0ect 1", id="a zero byte"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_hostile_text_gives_an_answer(text):
    assert isinstance(parse_sql(text), tuple)


def test_a_partition_takes_over_the_columns_of_its_table():
    (found,) = parse_sql("CREATE TABLE a1 PARTITION OF a FOR VALUES FROM (1) TO (2)")

    assert found == e.CreateTable(Table("a1"), 1, like=("a",))


@pytest.mark.parametrize(
    ("statement", "spares"),
    [
        pytest.param("UPDATE songs SET a = 1, b = 2 WHERE a IS NULL AND c > 1", "a", id="null"),
        pytest.param("UPDATE songs SET a = 1 WHERE a IS NULL OR c > 1", "", id="or"),
        pytest.param("UPDATE songs SET a = 1 WHERE NOT a IS NULL", "", id="not"),
        pytest.param("UPDATE songs SET a = 1 WHERE a IS NOT NULL", "", id="is not"),
        pytest.param("UPDATE songs SET a = a, b = coalesce(b, 2)", "a b", id="kept"),
        pytest.param("UPDATE songs SET a = coalesce(b, a)", "", id="another first"),
        pytest.param("UPDATE songs s SET a = 1 FROM x WHERE s.a IS NULL", "a", id="own, named"),
        pytest.param("UPDATE songs SET a = 1 FROM x WHERE x.a IS NULL", "", id="another's"),
        pytest.param("UPDATE songs SET a = 1 FROM x WHERE a IS NULL", "", id="nobody says whose"),
    ],
)
def test_what_an_update_overwrites_only_where_it_is_null_is_spared(statement, spares):
    written = [it for it in parse_sql(statement) if isinstance(it, e.WriteData)]

    assert " ".join(written[-1].spares) == spares
