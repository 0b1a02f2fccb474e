"""An SQLite file is read through either transport, and never written to."""

import sqlite3
from pathlib import Path

import pytest

from analyzer.engines.registry import engine, open_gateway
from analyzer.engines.sqlite.access import version_table
from analyzer.engines.sqlite.access.address import from_root, read_address
from analyzer.engines.sqlite.catalog import definitions
from analyzer.errors import AnalyzerError, DatabaseError, EnvironmentToolError
from analyzer.frameworks.registry import framework
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.schema import Column, Constraint, ConstraintKind, ForeignKey, SqlText

RAILS = framework("rails")
SQLITE = engine("sqlite")
EITHER = pytest.mark.parametrize("prefix", [(), ("env",)], ids=["driver", "client"])
SCHEMA = """
CREATE TABLE schema_migrations ("version" varchar NOT NULL PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20240102000000'), ('9'), ('013');
CREATE TABLE artists ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar(20));
CREATE TABLE songs ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "title" varchar DEFAULT 'it''s' NOT NULL, "price" decimal(10,2) DEFAULT '1.5',
  "hit" boolean DEFAULT 1, "made_at" datetime(6) DEFAULT CURRENT_TIMESTAMP, "artist_id" integer,
  "low" varchar GENERATED ALWAYS AS (lower(title)) VIRTUAL,
  CONSTRAINT "fk_rails_1" FOREIGN KEY ("artist_id") REFERENCES "artists" ("id") ON DELETE CASCADE,
  CONSTRAINT "dear" CHECK (price < (100)), UNIQUE (title));
INSERT INTO songs (title) VALUES ('a'), ('b');
CREATE INDEX "by_title" ON songs (title DESC) WHERE hit = 1;
CREATE UNIQUE INDEX "by_lower" ON songs (lower(title));
CREATE VIEW hits AS SELECT * FROM songs;
CREATE TRIGGER noted AFTER INSERT ON artists BEGIN DELETE FROM songs; END;
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it's production.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    return path


def gateway(path: Path, prefix: tuple[str, ...] = ()):
    return open_gateway(f"sqlite3:{path}", prefix)


@EITHER
def test_rows_are_read_as_they_are_stored(file, prefix):
    table = SQLITE.catalog.read_version_table(gateway(file, prefix), None, RAILS)

    assert [row.version.text for row in table.rows] == ["013", "20240102000000", "9"]
    assert table.source == "sqlite"
    assert table.database == str(file)
    assert table.server_version
    assert table.server_version > 3_000_000


@EITHER
def test_the_catalogue_is_read_in_full(file, prefix):
    live = SQLITE.catalog.read_live_database(gateway(file, prefix), None, RAILS)

    assert live.catalog is not None
    songs = live.catalog.schema.tables["songs"]
    assert songs.columns == (
        Column("id", "integer", null=False),
        Column("title", "string", null=False, default="it's"),
        Column("price", "decimal", default=1.5, precision=10, scale=2),
        Column("hit", "boolean", default=True),
        Column("made_at", "datetime", default=SqlText("CURRENT_TIMESTAMP"), precision=6),
        Column("artist_id", "integer"),
        Column("low", "string", generated="LOWER(title)"),
    )
    assert songs.primary_key == ("id",)
    assert songs.foreign_keys == (
        ForeignKey("fk_rails_1", ("artist_id",), "artists", (), "cascade"),
    )
    assert Constraint("dear", ConstraintKind.CHECK, "price < (100)") in songs.constraints
    assert {it.name: (it.columns, it.where, it.order) for it in songs.indexes} == {
        "by_title": (("title",), "hit = 1", (("title", "desc"),)),
        "by_lower": (("lower(title)",), None, ()),
    }
    assert {str(it.kind): it.name for it in live.catalog.schema.others} == {
        "view": "hits",
        "trigger": "artists.noted",
    }
    assert {name: (it.rows, it.empty) for name, it in live.catalog.sizes.items()} == {
        "artists": (0, True),
        "songs": (2, False),
        "schema_migrations": (3, False),
    }


@EITHER
def test_who_reads_cannot_write(file, prefix):
    with (
        pytest.raises(DatabaseError, match="without writing"),
        gateway(file, prefix).reading(TableName("x")) as session,
    ):
        session.run("DELETE FROM songs")


@EITHER
def test_a_file_that_is_not_there_is_not_made(tmp_path, prefix):
    missing = tmp_path / "production.sqlite3"

    with pytest.raises(DatabaseError, match="there is no database file"):
        SQLITE.catalog.read_version_table(gateway(missing, prefix), None, RAILS)

    assert list(tmp_path.iterdir()) == []


@EITHER
def test_an_empty_file_is_a_database_in_which_nothing_ran(tmp_path, prefix):
    (tmp_path / "new.sqlite3").touch()
    table = SQLITE.catalog.read_version_table(
        gateway(tmp_path / "new.sqlite3", prefix), None, RAILS
    )

    assert table.rows == ()
    assert "no migration ever ran" in table.notes[0]


@EITHER
@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TableName("nothing"), "has no table nothing"),
        (TableName("hits"), "is a view"),
        (TableName("songs"), "has no column version"),
        (TableName("schema_migrations", "other"), "there is no schema other"),
    ],
    ids=["missing", "view", "other", "schema"],
)
def test_what_was_named_must_be_a_version_table(file, prefix, table, said):
    with pytest.raises(DatabaseError, match=said):
        SQLITE.catalog.read_version_table(gateway(file, prefix), table, RAILS)


@EITHER
def test_what_is_no_database_is_told(tmp_path, prefix):
    (tmp_path / "x").write_bytes(b"version https://git-lfs.github.com/spec/v1\n" * 40)

    with pytest.raises(DatabaseError, match="is not an SQLite database"):
        SQLITE.catalog.read_version_table(gateway(tmp_path / "x", prefix), None, RAILS)


@EITHER
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_reading_goes_on_while_somebody_writes(file, prefix, mode):
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute(f"PRAGMA journal_mode = {mode}")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO schema_migrations VALUES ('77')")
    table = SQLITE.catalog.read_version_table(gateway(file, prefix), None, RAILS)
    writer.execute("ROLLBACK")
    writer.close()

    assert len(table.rows) == 3


def test_a_client_that_is_not_there_is_told():
    with pytest.raises(EnvironmentToolError, match="does not"):
        SQLITE.catalog.read_version_table(
            gateway(Path("x.sqlite3"), ("env", "-i", "PATH=/nowhere")), None, RAILS
        )


def test_a_network_share_is_warned_about(file, monkeypatch, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {file.parent} nfs4 rw 0 0\n")
    monkeypatch.setattr(version_table, "_MOUNTS", str(mounts))
    table = SQLITE.catalog.read_version_table(gateway(file), None, RAILS)

    assert "network share (nfs4)" in table.notes[-1]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite3:db/x.sqlite3", "db/x.sqlite3"),
        ("sqlite3:/srv/x.sqlite3", "/srv/x.sqlite3"),
        ("sqlite3:///srv/x.sqlite3?pool=5&timeout=5000", "/srv/x.sqlite3"),
        ("sqlite3://localhost/srv/x.sqlite3", "/srv/x.sqlite3"),
        ("sqlite:db/a%20b.db", "db/a b.db"),
        ("SQLITE3:x", "x"),
        ("sqlite3:file:/srv/x.db?mode=ro", "/srv/x.db"),
    ],
)
def test_addresses_as_people_have_them(url, path):
    assert open_gateway(url).address.path == path


@pytest.mark.parametrize(
    "url", ["sqlite3:", "sqlite3::memory:", "sqlite3://db/x.sqlite3", "sqlite3:file::memory:"]
)
def test_an_address_that_names_no_file_is_refused(url):
    with pytest.raises(DatabaseError, match="cannot be read"):
        open_gateway(url)


def test_a_relative_path_counts_from_the_root_it_is_given():
    access = SQLITE.access

    assert access.from_root("sqlite3:db/a b.sqlite3", Path("/srv/app")) == (
        "sqlite3:/srv/app/db/a%20b.sqlite3"
    )
    assert access.from_root("sqlite3:/x.db", Path("/srv/app")) == "sqlite3:/x.db"
    assert access.depends_on_root("sqlite3:x.db")
    assert not access.depends_on_root("sqlite3:///x.db")


@pytest.mark.parametrize("task", ["databases", "loading", "dumps"])
def test_what_is_not_built_is_refused_by_name(task):
    part = getattr(SQLITE, task)
    for name in dir(part):
        answer = getattr(part, name)
        if type(answer).__name__ == "Lacking":
            with pytest.raises(AnalyzerError, match="is not possible on SQLite") as refused:
                answer()
            assert refused.value.status == 2


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ('CREATE TABLE "t" ("a" int, b text)', [("a", '"a" int'), ("b", "b text")]),
        (
            "CREATE TABLE t (a decimal(1,2) DEFAULT ',)', CONSTRAINT x CHECK (a > (1)))",
            [("a", "a decimal(1,2) DEFAULT ',)'"), ("", "CONSTRAINT x CHECK (a > (1))")],
        ),
        ('CREATE TABLE t ("check" int, [b c] int, CHECK (1))', [
            ("check", '"check" int'), ("b c", "[b c] int"), ("", "CHECK (1)"),
        ]),
        ("", []),
    ],
)  # fmt: skip
def test_a_table_is_taken_apart_by_its_commas(sql, parts):
    assert list(definitions.parts_in(sql)) == parts


def test_checks_without_a_name_and_collations_are_told_by_their_columns():
    sql = 'CREATE TABLE t (a int CHECK (a > 1), b text COLLATE "NOCASE" COLLATE BINARY, CHECK (0))'
    assert [(it.name, it.expression) for it in definitions.checks_in("t", sql)] == [
        ("t_a_check", "a > 1"),
        ("t_check", "0"),
    ]
    assert definitions.collations_in(sql) == {"b": "NOCASE"}


@pytest.mark.parametrize(
    ("text", "read_only"),
    [
        ("sqlite3:file:db/p.sqlite3?mode=ro", True),
        ("sqlite3:file:db/p.sqlite3?cache=shared&mode=ro", True),
        ("sqlite3:file:db/p.sqlite3?immutable=1", True),
        ("sqlite3:file:db/p.sqlite3?mode=rwc", False),
        ("sqlite3:db/p.sqlite3?pool=5", False),
    ],
)
def test_an_address_may_say_that_nothing_is_to_be_written(text, read_only, tmp_path):
    assert read_address(text).read_only is read_only
    assert read_address(from_root(text, tmp_path)).read_only is read_only
