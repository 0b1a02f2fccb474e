"""The live catalogue through a prefix that runs psql: the same as by the direct way."""

import os

import pytest

from analyzer.engines.postgresql.catalog.live_schema import read_live_schema
from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS

EVERYTHING = """
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'it''s fine');
CREATE TABLE artists (id bigserial PRIMARY KEY, name citext NOT NULL DEFAULT 'a "b"' UNIQUE);
COMMENT ON TABLE artists IS 'two
lines';
CREATE TABLE songs (id bigint PRIMARY KEY, artist_id bigint REFERENCES artists ON DELETE CASCADE,
  plays numeric(10,2) DEFAULT 0.5, tags text[] DEFAULT '{}', state mood DEFAULT 'sad',
  twice int GENERATED ALWAYS AS (id * 2) STORED, "Odd ""One" text COLLATE "C",
  CONSTRAINT positive CHECK (plays > 0));
CREATE INDEX i ON songs (lower("Odd ""One"), plays) WHERE plays > 1;
CREATE UNIQUE INDEX u ON songs (plays) INCLUDE (tags);
CREATE VIEW v AS SELECT id FROM songs;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON songs FOR EACH ROW EXECUTE FUNCTION f();
CREATE SCHEMA audit;
CREATE TABLE audit.events (id int);
"""
VERSIONS = """
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('013'), ('20250101000000');
"""


def inside(database):
    """A prefix that stands for a container: its own psql, its own variables."""
    return [
        "env",
        f"PATH={database.server.bin}:{os.environ['PATH']}",
        "PGHOST=127.0.0.1",
        f"PGPORT={database.server.port}",
        "PGUSER=postgres",
        f"PGDATABASE={database.name}",
    ]


def test_all_that_the_direct_way_reads_comes_through_psql(any_database):
    any_database.run(EVERYTHING + VERSIONS)

    direct = read_live_schema(open_gateway(any_database.url), RAILS)
    through = read_live_schema(open_gateway(None, inside(any_database)), RAILS)

    assert through.schema == direct.schema
    assert through.notes == direct.notes
    assert direct.versions is not None
    assert through.versions is not None
    assert {row.version for row in through.versions.rows} == {
        row.version for row in direct.versions.rows
    }
    assert through.versions.table == direct.versions.table
    assert f"database {any_database.name} through " in through.place


def test_an_address_goes_to_the_psql_behind_the_prefix(any_database):
    any_database.run("CREATE TABLE songs (a int)")
    prefix = ["env", f"PATH={any_database.server.bin}:{os.environ['PATH']}"]

    through = read_live_schema(open_gateway(any_database.url, prefix), RAILS)

    assert [*through.schema.tables] == ["songs"]


def test_an_empty_database_is_an_empty_schema_without_versions(database):
    through = read_live_schema(open_gateway(None, inside(database)), RAILS)

    assert through.schema.tables == {}
    assert through.versions is None


def test_a_version_table_without_rows_is_one_all_the_same(database):
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")

    through = read_live_schema(open_gateway(None, inside(database)), RAILS)

    assert through.versions is not None
    assert through.versions.rows == ()


def test_a_prefix_that_does_not_run_is_told():
    with pytest.raises(EnvironmentToolError) as caught:
        read_live_schema(open_gateway(None, ["no-such-program-at-all"]), RAILS)

    assert "cannot run no-such-program-at-all" in caught.value.what


def test_a_server_that_does_not_answer_is_told_without_the_password(database):
    prefix = ["env", f"PATH={database.server.bin}:{os.environ['PATH']}"]

    with pytest.raises(DatabaseError) as caught:
        read_live_schema(open_gateway("postgresql://me:hunter2@127.0.0.1:1/x", prefix), RAILS)

    assert "no PostgreSQL server answers" in caught.value.what
    assert "hunter2" not in str(caught.value)
