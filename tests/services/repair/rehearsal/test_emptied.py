"""A database named by --scratch-url is as empty after a rehearsal as before it."""

import pytest

from tests.services.repair.rows.test_rewrite_apply import NEW, OLD, place_in
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import fresh_database
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.histories.repositories import Repo

# one of nearly every kind that a dump brings, in the usual schema and in one of its own
RICH = """
CREATE EXTENSION pgcrypto;
CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN name AS text CHECK (VALUE <> '');
CREATE TYPE pair AS (one int, two int);
CREATE TABLE artists (id bigserial PRIMARY KEY, mood mood, name name);
CREATE TABLE other.albums (id serial PRIMARY KEY, artist bigint REFERENCES artists);
CREATE TABLE parts (at date) PARTITION BY RANGE (at);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE STATISTICS stats ON id, mood FROM artists;
CREATE VIEW sad AS SELECT * FROM artists WHERE mood = 'sad';
CREATE MATERIALIZED VIEW glad AS SELECT * FROM sad;
CREATE FUNCTION twice(mood) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE CAST (mood AS pair) WITH INOUT;
CREATE COLLATION mine FROM "C";
CREATE TEXT SEARCH CONFIGURATION search (COPY = simple);
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();
SELECT lo_from_bytea(0, 'large');
"""
OBJECTS = """
SELECT count(*) FROM pg_depend d JOIN pg_namespace n
  ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
"""
REST = """
SELECT (SELECT count(*) FROM pg_namespace), (SELECT count(*) FROM pg_extension),
  (SELECT count(*) FROM pg_cast), (SELECT count(*) FROM pg_foreign_data_wrapper),
  (SELECT count(*) FROM pg_event_trigger), (SELECT count(*) FROM pg_largeobject_metadata)
"""


@pytest.fixture
def place(tmp_path, postgres15):
    with fresh_database(postgres15) as database:
        yield place_in(tmp_path, database)


@pytest.fixture
def scratch(postgres15):
    with fresh_database(postgres15) as empty:
        yield empty


@pytest.mark.parametrize("rows", [(), ("--with-data",)], ids=["no rows", "all rows"])
def test_two_rehearsals_find_the_same_database_empty(place, scratch, rows):
    place.database.run(RICH)
    before = scratch.run(OBJECTS), scratch.run(REST)
    words = ("rehearse", "--scratch-url", scratch.url, *rows)

    first = place.run(*words)
    after = scratch.run(OBJECTS), scratch.run(REST)
    second = place.run(*words, "--repair", "rename-back")

    assert "still in the database" not in first.err
    assert after == before
    assert "is not empty" not in second.err
    assert (first.status, second.status) == (0, 0), first.out + first.err + second.out + second.err


def test_what_was_there_before_stays(place, scratch):
    """A database counts as empty that has extensions, and what no table has to do with."""
    kept = 'CREATE EXTENSION pgcrypto; CREATE COLLATION theirs FROM "C"'
    scratch.run(kept)
    before = scratch.run(OBJECTS), scratch.run(REST)

    done = place.run("rehearse", "--scratch-url", scratch.url)

    assert done.status == 0, done.out + done.err
    assert (scratch.run(OBJECTS), scratch.run(REST)) == before


def test_a_rehearsal_that_fails_leaves_it_empty_too(place, scratch):
    before = scratch.run(OBJECTS)

    done = place.run("rehearse", "--scratch-url", scratch.url, "--migrate-command", "touch ran")

    assert done.status == 2, done.out + done.err
    assert scratch.run(OBJECTS) == before


def test_of_sqlite_the_file_is_empty_again(tmp_path):
    source, scratch = (SqliteDatabase(tmp_path / f"{it}.sqlite3") for it in ("real", "scratch"))
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    repo.commit("renamed")
    source.run(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        f"INSERT INTO schema_migrations VALUES ('{OLD}');"
        "CREATE TABLE songs (id integer PRIMARY KEY AUTOINCREMENT);"
        "CREATE VIEW all_songs AS SELECT * FROM songs;"
        "CREATE TRIGGER gone AFTER DELETE ON songs BEGIN SELECT 1; END;"
    )
    scratch.run("SELECT 1")
    place = Place(repo.path, source, tmp_path / "state", {"DATABASE_URL": source.url})

    runs = [
        place.run("rehearse", "--repair", "rewrite", "--scratch-url", scratch.url) for _ in range(2)
    ]
    kept = place.run("rehearse", "--repair", "rewrite", "--scratch-url", scratch.url, "--keep-copy")

    assert [it.status for it in (*runs, kept)] == [0, 0, 0], [it.err for it in runs]
    assert scratch.run("SELECT version FROM schema_migrations") == [(NEW,)]
