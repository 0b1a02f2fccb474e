"""Databases that are odd, but honest: other bytes than they say, and limits for their roles."""

import subprocess

import pytest

from tests.cli.attacks.test_planted import through_psql
from tests.services.repair.rows.test_rewrite_apply import NEW, OTHER, place_in
from tests.support.databases.servers import Database, fresh_database

ODD = {
    "a name": b'CREATE TABLE "gr\xf6\xdfe" (i int)',
    "a row": b"INSERT INTO schema_migrations VALUES ('2025\xf6')",
}
COMMANDS = [["schema", "--diff", "database"], ["rewrite", "--apply", "--yes"], ["backup"]]


@pytest.fixture
def ascii_place(postgres15, tmp_path):
    """A place whose database does not say in which encoding its texts are."""
    name = "bytes_of_any_kind"
    with postgres15.connect() as admin:
        admin.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' "
            "LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    yield place_in(tmp_path, Database(postgres15, name))
    with postgres15.connect() as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("through", [False, True], ids=["psycopg", "psql"])
def test_bytes_that_are_no_utf8_are_told_as_such(ascii_place, what, through):
    psql = [ascii_place.database.server.bin / "psql", "-Xq", ascii_place.database.url]
    subprocess.run(psql, input=ODD[what], env={"PGCLIENTENCODING": "SQL_ASCII"}, check=True)
    options = through_psql(ascii_place) if through else []

    for words in COMMANDS:
        done = ascii_place.run(*words, *options)
        assert done.status == 2
        assert "bytes that are not UTF-8, as a database of encoding SQL_ASCII may" in " ".join(
            done.err.split()
        ), (words, done.err)


def test_a_name_in_other_bytes_does_not_hide_what_diverged(ascii_place):
    psql = [ascii_place.database.server.bin / "psql", "-Xq", ascii_place.database.url]
    env = {"PGCLIENTENCODING": "SQL_ASCII"}
    subprocess.run(psql, input=ODD["a name"], env=env, check=True)

    found = ascii_place.run("diagnose", "--format", "json").json

    assert [rename["new"]["version"] for rename in found["renames"]] == [NEW]


SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_catalog.pg_sleep(1.5); RETURN NEW; END';
CREATE TRIGGER slow BEFORE UPDATE ON schema_migrations
  FOR EACH ROW EXECUTE FUNCTION slow();
"""


@pytest.mark.parametrize("through", [False, True], ids=["psycopg", "psql"])
def test_a_statement_timeout_does_not_cut_a_repair_short(postgres18, tmp_path, through):
    with fresh_database(postgres18) as database:
        place = place_in(tmp_path, database)
        database.run(SLOW)
        database.run(f"ALTER DATABASE \"{database.name}\" SET statement_timeout = '1s'")
        options = through_psql(place) if through else []

        done = place.run("rewrite", "--apply", "--yes", *options)

        assert done.status == 0, done.err
        assert place.rows() == sorted([NEW, OTHER])


HASHED = """
ALTER TABLE schema_migrations RENAME TO before;
CREATE TABLE schema_migrations (version varchar PRIMARY KEY) PARTITION BY HASH (version);
CREATE TABLE p0 PARTITION OF schema_migrations FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE p1 PARTITION OF schema_migrations FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE p2 PARTITION OF schema_migrations FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO schema_migrations SELECT version FROM before;
DROP TABLE before
"""


@pytest.mark.parametrize("through", [False, True], ids=["psycopg", "psql"])
def test_a_hash_partitioned_version_table_is_one_table(any_database, tmp_path, through):
    place = place_in(tmp_path, any_database)
    any_database.run(HASHED)
    options = through_psql(place) if through else []

    done = place.run("rewrite", "--apply", "--yes", *options)

    assert done.status == 0, done.err
    assert "p0" not in done.out + done.err
    assert place.rows() == sorted([NEW, OTHER])
