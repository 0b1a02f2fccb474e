"""What is read along with a version table is what its application finds: schema, path, prefix."""

import json
from datetime import UTC, datetime

import pytest

from analyzer.model.core.version_table import TableName
from analyzer.records import replace
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.live import Live
from tests.support.databases.servers import debian_programs

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALPHA = """
CREATE SCHEMA beta;
CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar);
CREATE TABLE beta.schema_migrations (version varchar PRIMARY KEY);
INSERT INTO beta.schema_migrations VALUES ('1')
"""
SHOP = """
CREATE TABLE shop_schema_migrations (version varchar PRIMARY KEY);
INSERT INTO shop_schema_migrations VALUES ('1'), ('2');
CREATE TABLE shop_artists (id bigserial PRIMARY KEY);
CREATE TABLE shop_songs (id bigserial PRIMARY KEY, title varchar, artist_id bigint);
CREATE INDEX index_shop_songs_on_title ON shop_songs (title);
ALTER TABLE shop_songs ADD CONSTRAINT fk_rails_0123456789
  FOREIGN KEY (artist_id) REFERENCES shop_artists (id)
"""


def findings(live: Live, table: str, exec_prefix: tuple[str, ...] = ()) -> list[tuple]:
    """The attestation's findings, and the error that is foretold."""
    schema, _, name = table.rpartition(".")
    live.repo.commit()
    request = Request(
        now=NOW,
        repo=str(live.repo.path),
        database_url=live.database.url,
        table=TableName(name, schema or None),
        cache=False,
    )
    report = walk(replace(request, exec_prefix=exec_prefix)).report
    failure = report.environments[0].prediction.fails_at
    told = [(it.code, it.version) for it in report.findings if "MD119" <= it.code <= "MD125"]
    return [*told, failure and failure.error]


@pytest.mark.parametrize("exec_prefix", [(), ("env",)], ids=["psycopg", "psql"])
@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param("SELECT", [("MD122", "1"), None], id="another tenant's table is not its own"),
        pytest.param(
            "CREATE TABLE beta.songs (id bigserial PRIMARY KEY, title varchar)",
            [None],
            id="its own is",
        ),
        pytest.param(
            "DROP TABLE schema_migrations",
            [None],
            id="a schema without a version table is part of the application",
        ),
    ],
)
def test_the_schema_of_the_version_table_is_where_all_else_is_looked_for(
    tmp_path, database, monkeypatch, exec_prefix, there, expected
):
    monkeypatch.setenv("PATH", f"{debian_programs()}:/usr/bin:/bin")
    live = Live.make(tmp_path, database, f"{ALPHA}; {there}")
    live.file(1, "create_songs", "create_table(:songs) { |t| t.string :title }")

    assert findings(live, "beta.schema_migrations", exec_prefix) == expected


def test_what_waits_in_one_schema_does_not_meet_the_tables_of_another(tmp_path, database):
    live = Live.make(tmp_path, database, ALPHA)
    live.file(1, "create_songs", "create_table(:songs) { |t| t.string :title }")
    live.file(2, "create_covers", "create_table :covers")
    database.run("CREATE TABLE covers (); CREATE TABLE beta.songs (id int, title varchar)")

    assert findings(live, "beta.schema_migrations") == [None]
    assert findings(live, "public.schema_migrations")[-1] == "PG::DuplicateTable"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param("SELECT", [None], id="sound"),
        pytest.param(
            "DROP TABLE shop_songs", [("MD122", "2"), "PG::UndefinedTable"], id="a table is gone"
        ),
        pytest.param(
            "CREATE TABLE songs (id bigint)", [None], id="a table without the prefix is none of it"
        ),
        pytest.param(
            "DELETE FROM shop_schema_migrations WHERE version = '2'",
            [("MD123", "2"), "PG::DuplicateTable"],
            id="a row is gone",
        ),
    ],
)
def test_the_prefix_of_the_version_table_is_that_of_all_tables(tmp_path, database, there, expected):
    live = Live.make(tmp_path, database, f"{SHOP}; {there}")
    live.file(1, "create_artists", "create_table :artists")
    live.file(
        2,
        "create_songs",
        "create_table :songs do |t|",
        "  t.string :title, index: true",
        "  t.references :artist, foreign_key: true, index: false",
        "end",
    )
    live.file(
        3,
        "rename",
        "rename_column(:songs, :title, :name) if table_exists?(:artists)",
        "execute 'UPDATE shop_songs SET artist_id = 1'",
    )

    assert findings(live, "shop_schema_migrations") == expected


@pytest.mark.parametrize("prefix", [None, "env"], ids=["psycopg", "psql"])
@pytest.mark.parametrize(
    ("sql", "table", "extra"),
    [
        pytest.param(SHOP, "shop_schema_migrations", set(), id="prefix"),
        pytest.param(
            f"{ALPHA}; CREATE TABLE beta.artists (id bigserial PRIMARY KEY)",
            "beta.schema_migrations",
            {("missing", "songs")},
            id="schema",
        ),
    ],
)
def test_a_comparison_is_made_with_the_same_tables(
    tmp_path, database, monkeypatch, prefix, sql, table, extra
):
    monkeypatch.setenv("PATH", f"{debian_programs()}:/usr/bin:/bin")
    live = Live.make(tmp_path, database, sql)
    live.file(1, "create_artists", "create_table :artists")
    live.file(
        2,
        "create_songs",
        "create_table :songs do |t|",
        "  t.string :title, index: true",
        "  t.references :artist, foreign_key: true, index: false",
        "end",
    )
    live.repo.commit()
    options = ["--exec", prefix] if prefix else []

    done = migdoctor(
        live.repo.path,
        "schema",
        "--diff",
        "database",
        "--format",
        "json",
        "--database-url",
        database.url,
        "--table",
        table,
        *options,
    )

    told = json.loads(done.out)["diff"]["differences"]
    assert {(it["standing"], it["name"]) for it in told} == extra, done.out
