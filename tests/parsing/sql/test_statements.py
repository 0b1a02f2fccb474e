"""SQL through sqlglot: what it knows, what was put right for it, and what stays opaque."""

import pytest

from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Column, ForeignKey, Index, SqlText
from analyzer.parsing.sql.canonical import canonical
from analyzer.parsing.sql.dialect import Dialect
from analyzer.parsing.sql.statements import parse_sql

SQLITE = Dialect(
    "sqlite", "SQLite", harmless=frozenset({"BEGIN", "PRAGMA", "VACUUM"}), quoted_defaults=True
)
MYSQL = Dialect(
    "mysql",
    "MySQL",
    harmless=frozenset({"SET", "LOCK"}),
    unique_is_index=True,
    index_lengths=True,
)

# Each statement by what becomes of it: the kinds of effects, and words that their record holds.
STATEMENTS = [
    (SQLITE, "CREATE TABLE a (id integer primary key) WITHOUT ROWID", "CreateTable", "'id'"),
    (SQLITE, "CREATE TABLE a (id int) STRICT, WITHOUT ROWID", "CreateTable", "'id'"),
    (SQLITE, "CREATE TABLE IF NOT EXISTS main.a (b)", "CreateTable", "if_not_exists=True"),
    (SQLITE, "CREATE TEMP TABLE a AS SELECT 1", "CreateTable", "temporary=True"),
    (SQLITE, "CREATE VIRTUAL TABLE f USING fts5(title)", "CreateTable", "its columns"),
    (SQLITE, "create virtual table f using fts5(body, tokenize=porter)", "CreateTable", "name='f'"),
    (
        SQLITE,
        "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter'); DROP TABLE f",
        "CreateTable DropTable",
        "its columns",
    ),
    (SQLITE, "CREATE VIRTUAL TABLE IF NOT EXISTS 'a f' USING rtree", "CreateTable", "'a f'"),
    (SQLITE, "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END", "CreateObject", "a.t"),
    (SQLITE, "CREATE VIEW v AS SELECT * FROM a", "CreateObject", "needs=('a',)"),
    (SQLITE, "DROP VIEW IF EXISTS v", "DropObject", "if_exists=True"),
    (SQLITE, "ALTER TABLE a ADD COLUMN b text", "AddColumn", "name='b'"),
    (SQLITE, "ALTER TABLE a RENAME TO b", "RenameTable", "new='b'"),
    (SQLITE, "ALTER TABLE a RENAME COLUMN x TO y", "RenameColumn", "new='y'"),
    (SQLITE, "ALTER TABLE a DROP COLUMN x", "RemoveColumn", "name='x'"),
    (SQLITE, "REPLACE INTO a (b) VALUES (1)", "WriteData", "'change'"),
    (SQLITE, "INSERT OR REPLACE INTO a (b) VALUES (1)", "WriteData", "'change'"),
    (SQLITE, "INSERT OR IGNORE INTO a (b) VALUES (1)", "WriteData", "conflict=OnConflict"),
    (SQLITE, "INSERT INTO a (b) SELECT c FROM d", "ReadData WriteData", "table='d'"),
    (SQLITE, "UPDATE a SET b = 1 WHERE b IS NULL", "WriteData", "spares=('b',)"),
    (SQLITE, "DELETE FROM a WHERE b IN (SELECT b FROM c)", "ReadData WriteData", "'delete'"),
    (SQLITE, "WITH q AS (SELECT 1) SELECT * FROM q JOIN a", "ReadData", "table='a'"),
    (SQLITE, "SELECT load_extension('x')", "Opaque", "load_extension"),
    (SQLITE, "BEGIN IMMEDIATE", "", ""),
    (SQLITE, "ATTACH DATABASE 'x' AS y", "Opaque", "SQLite"),
    (SQLITE, "nonsense it is", "Opaque", "nonsense"),
    (MYSQL, "CREATE INDEX i ON a (b(10), c DESC)", "AddIndex", "lengths=(('b', 10),)"),
    (MYSQL, "CREATE INDEX i ON a (b(10), c DESC)", "AddIndex", "order=(('c', 'DESC'),)"),
    (MYSQL, "CREATE INDEX i ON a ((lower(b)))", "AddIndex", "lengths=()"),
    (MYSQL, "ALTER TABLE a ADD UNIQUE u (b(3))", "AddIndex", "lengths=(('b', 3),)"),
    (SQLITE, "CREATE INDEX i ON a (round(10))", "AddIndex", "lengths=()"),
    (MYSQL, "RENAME TABLE a TO b, `x`.`c` TO d", "RenameTable RenameTable", "old='c'"),
    (MYSQL, "CREATE UNIQUE INDEX i USING btree ON a (b)", "AddIndex", "unique=True"),
    (MYSQL, "CREATE FULLTEXT INDEX i ON a (b)", "AddIndex", "using='fulltext'"),
    (MYSQL, "CREATE INDEX i ON a (b) USING hash", "AddIndex", "using='hash'"),
    (MYSQL, "REPLACE INTO a (b) VALUES (1)", "WriteData", "'change'"),
    (MYSQL, "ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4", "ChangeOther", "ALTER TABLE"),
    (MYSQL, "ALTER TABLE a ENGINE=InnoDB", "ChangeOther", "ALTER TABLE"),
    (MYSQL, "ALTER TABLE a CHANGE x y bigint", "RenameColumn ChangeColumn", "'bigint'"),
    (MYSQL, "ALTER TABLE a ADD INDEX i (x), DROP COLUMN y", "AddIndex RemoveColumn", "'i'"),
    (MYSQL, "ALTER TABLE a DROP FOREIGN KEY f", "RemoveForeignKey", "name='f'"),
    (MYSQL, "ALTER TABLE a ADD PARTITION (PARTITION p VALUES LESS THAN (1))", "Opaque", "MySQL"),
    (MYSQL, "CREATE PROCEDURE p() BEGIN DELETE FROM a; END", "CreateObject", "'procedure'"),
    (MYSQL, "DELETE s FROM s JOIN t ON s.id = t.id", "ReadData WriteData", "table='s'"),
    (MYSQL, "INSERT INTO a (b) VALUES (1) ON DUPLICATE KEY UPDATE c = 2", "WriteData", "'c'"),
    (MYSQL, "LOCK TABLES a WRITE", "", ""),
]


@pytest.mark.parametrize(
    ("dialect", "text", "kinds", "holds"), STATEMENTS, ids=[row[1][:40] for row in STATEMENTS]
)
def test_a_statement_becomes_what_it_does(dialect, text, kinds, holds):
    found = parse_sql(f"-- first\n{text}", dialect)

    assert [type(effect).__name__ for effect in found] == kinds.split()
    assert {effect.line for effect in found} <= {2}
    assert holds in repr(found)


def test_a_table_of_a_schema_file_is_read_in_full():
    text = """CREATE TABLE "songs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      "title" varchar(20) DEFAULT 'x' NOT NULL, "price" decimal(10,2) DEFAULT -1.5,
      "made" datetime(6) DEFAULT CURRENT_TIMESTAMP, "word" text DEFAULT "abc",
      "artist_id" integer, CONSTRAINT "fk" FOREIGN KEY ("artist_id")
      REFERENCES "artists" ("id") ON DELETE CASCADE)"""

    (made,) = parse_sql(text, SQLITE)

    assert made.table.columns == (
        Column("id", "integer", null=False),
        Column("title", "string", null=False, default="x", limit=20),
        Column("price", "decimal", default=-1.5, precision=10, scale=2),
        Column("made", "datetime", default=SqlText("CURRENT_TIMESTAMP"), precision=6),
        Column("word", "text", default="abc"),
        Column("artist_id", "integer"),
    )
    assert made.table.primary_key == ("id",)
    key = ForeignKey("fk", ("artist_id",), "artists", ("id",), "cascade")
    assert made.table.foreign_keys == (key,)


def test_keys_inside_of_a_table_are_indexes_where_the_engine_has_them_so():
    text = "CREATE TABLE a (b int, KEY i (b), UNIQUE KEY u (b), UNIQUE (b))"

    (made,) = parse_sql(text, MYSQL)

    assert made.table.indexes == (
        Index("i", ("b",)),
        Index("u", ("b",), unique=True),
        Index("b", ("b",), unique=True),
    )


def test_one_statement_that_cannot_be_read_leaves_the_others():
    found = parse_sql("CREATE TABLE a (b int);\n\nwhatever;\nDROP TABLE a;", SQLITE)

    assert [(type(it).__name__, it.line) for it in found] == [
        ("CreateTable", 1),
        ("Opaque", 3),
        ("DropTable", 4),
    ]


@pytest.mark.parametrize(
    "text",
    ["'", "/*", "SELECT " + "(" * 5000, "\0", "CREATE", "CREATE TABLE", "RENAME TABLE a", ";;;"],
    ids=["quote", "comment", "deep", "nul", "create", "table", "rename", "nothing"],
)
@pytest.mark.parametrize("dialect", [SQLITE, MYSQL], ids=["sqlite", "mysql"])
def test_no_text_stops_the_reader(dialect, text):
    assert all(isinstance(it, e.Opaque | e.RenameTable) for it in parse_sql(text, dialect))


def test_the_reader_says_nothing_by_itself(capfd):
    parse_sql("nonsense it is; VACUUM x; REPLACE INTO a VALUES (1)", SQLITE)

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('"price" > 0', "(price > 0)", True),
        ("LOWER(title)", "lower( `title` )", True),
        ("songs.title IS NOT NULL", "title is not null", True),
        ("price > 0", "price > 1", False),
        ("title = 'A'", "title = 'a'", False),
    ],
)
def test_expressions_of_one_meaning_have_one_form(one, other, same):
    assert (canonical(one, SQLITE) == canonical(other, SQLITE)) is same
