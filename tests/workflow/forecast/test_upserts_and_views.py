"""Upserts and views: what they hang on is looked up, and nothing is foretold without looking."""

import psycopg
import pytest

from analyzer.model.findings.prediction import MigrationOutcome
from tests.support.databases.live import Live

TABLES = """
CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar, artist varchar, code varchar, n int);
CREATE UNIQUE INDEX by_title ON songs (title);
CREATE UNIQUE INDEX by_artist ON songs (lower(artist));
CREATE UNIQUE INDEX by_code ON songs (code) WHERE n > 0;
ALTER TABLE songs ADD CONSTRAINT one_n UNIQUE (n);
CREATE VIEW hits AS SELECT id FROM songs;
CREATE MATERIALIZED VIEW tops AS SELECT id FROM songs;
INSERT INTO songs (title, n) VALUES ('a', 1), ('b', 2);
ANALYZE"""
INSERT = "INSERT INTO songs (title) VALUES ('a') ON CONFLICT"
RUNS, FAILS, UNKNOWN, NOTHING = (
    MigrationOutcome.RUNS,
    MigrationOutcome.FAILS,
    MigrationOutcome.UNKNOWN,
    MigrationOutcome.NO_OP,
)


@pytest.fixture
def live(tmp_path, database):
    made = Live.make(tmp_path, database, TABLES)
    made.ran(1, "create_songs", "create_table :songs")
    return made


def outcome(live: Live, body: str) -> MigrationOutcome:
    live.file(2, "next", body)
    (forecast,) = live.prediction().migrations
    return forecast.outcome


@pytest.mark.parametrize(
    ("statement", "foretold"),
    [
        (f"{INSERT} (title) DO UPDATE SET artist = 'x'", RUNS),
        (f"{INSERT} (id) DO NOTHING", UNKNOWN),
        ("INSERT INTO songs (id, artist) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING", RUNS),
        (f"{INSERT} DO NOTHING", RUNS),
        (f"{INSERT} (artist) DO UPDATE SET code = 'x'", FAILS),
        (f"{INSERT} (code) DO UPDATE SET artist = 'x'", FAILS),
        (f"{INSERT} (title, n) DO NOTHING", FAILS),
        (f"{INSERT} (nowhere) DO NOTHING", FAILS),
        (f"{INSERT} (title) DO UPDATE SET nowhere = 'x'", FAILS),
        (f"{INSERT} ON CONSTRAINT one_n DO UPDATE SET code = 'x'", UNKNOWN),
        ("INSERT INTO songs (n) VALUES (1) ON CONFLICT ON CONSTRAINT one_n DO NOTHING", RUNS),
        ("INSERT INTO songs (id) VALUES (1) ON CONFLICT ON CONSTRAINT songs_pkey DO NOTHING", RUNS),
        (f"{INSERT} ON CONSTRAINT by_title DO UPDATE SET code = 'x'", FAILS),
        (f"{INSERT} (code) WHERE n > 0 DO UPDATE SET artist = 'x'", UNKNOWN),
        (f"{INSERT} (title) WHERE n > 0 DO UPDATE SET artist = 'x'", RUNS),
        (f"{INSERT} (lower(artist)) DO UPDATE SET code = 'x'", UNKNOWN),
        (f"{INSERT} (upper(artist)) DO UPDATE SET code = 'x'", UNKNOWN),
        ("CREATE VIEW hits AS SELECT 1", FAILS),
        ("CREATE VIEW songs AS SELECT 1", FAILS),
        ("CREATE OR REPLACE VIEW hits AS SELECT id FROM songs", RUNS),
        ("CREATE OR REPLACE VIEW songs AS SELECT 1 AS id", FAILS),
        ("CREATE OR REPLACE VIEW tops AS SELECT 1 AS id", FAILS),
        ("CREATE VIEW more AS SELECT * FROM nowhere", FAILS),
        ("CREATE MATERIALIZED VIEW more AS SELECT * FROM nowhere", FAILS),
        ("CREATE MATERIALIZED VIEW tops AS SELECT 1", FAILS),
        ("CREATE MATERIALIZED VIEW IF NOT EXISTS tops AS SELECT 1", NOTHING),
    ],
)
def test_a_statement_is_foretold_as_the_database_takes_it(live, statement, foretold):
    assert outcome(live, f'execute "{statement}"') is foretold

    if foretold is not UNKNOWN:
        try:
            live.database.run(f"BEGIN; {statement}; ROLLBACK")
            taken = True
        except psycopg.Error:
            taken = False
        assert taken == (foretold is not FAILS)


@pytest.mark.parametrize(
    ("call", "foretold"),
    [
        ("Song.upsert({title: 'a'}, unique_by: :title)", RUNS),
        ("Song.upsert({code: 'a'}, unique_by: :code)", RUNS),
        ("Song.upsert_all([{n: 1}], unique_by: :by_title)", RUNS),
        ("Song.upsert_all([{n: 1}], unique_by: [:n])", RUNS),
        ("Song.upsert({artist: 'a'}, unique_by: :artist)", UNKNOWN),
        ("Song.upsert_all([{n: 1}], unique_by: %i[title n])", UNKNOWN),
        ("Song.insert_all([{n: 1}], unique_by: :nowhere)", UNKNOWN),
        ("Song.insert({title: 'a'})", RUNS),
        ("Song.insert!({title: 'a'})", UNKNOWN),
    ],
)
def test_rails_looks_for_the_index_that_unique_by_names(live, call, foretold):
    assert outcome(live, call) is foretold


@pytest.mark.parametrize(
    ("call", "query", "foretold"),
    [
        ("create_view :more", "SELECT id FROM songs;\n", RUNS),
        ("create_view :more", "SELECT id FROM hits JOIN tops USING (id)", RUNS),
        ("create_view :more", "SELECT id FROM nowhere", FAILS),
        ("create_view :more, materialized: true", "SELECT id FROM nowhere", FAILS),
        ("create_view :more, version: 2", "SELECT id FROM songs", UNKNOWN),
        ("create_view :more", "no query at all", UNKNOWN),
        ("create_view :more unless table_exists?(:nowhere)", "SELECT id FROM nowhere", FAILS),
        ("create_view :hits", "SELECT id FROM songs", FAILS),
        ("create_view :more, sql_definition: 'SELECT 1'", "SELECT id FROM nowhere", RUNS),
    ],
)
def test_a_view_whose_sql_is_in_a_file_is_looked_up_there(live, call, query, foretold):
    live.repo.write("more_v01.sql", query, "db/views")
    live.repo.write("hits_v01.sql", query, "db/views")

    assert outcome(live, call) is foretold
