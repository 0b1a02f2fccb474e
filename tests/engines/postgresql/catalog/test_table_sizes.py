"""Sizes and estimates, as PostgreSQL keeps them."""

import pytest

from analyzer.engines.postgresql.catalog.table_sizes import read_table_sizes
from analyzer.engines.registry import open_gateway


def sizes(database):
    with open_gateway(database.url).reading() as session:
        return {size.table: size for size in read_table_sizes(session)}


@pytest.fixture
def filled(any_database):
    any_database.run(
        "CREATE TABLE songs (id bigint PRIMARY KEY, title text);"
        "CREATE TABLE fresh (id bigint);"
        "CREATE TABLE empty (id bigint);"
        "CREATE SCHEMA audit; CREATE TABLE audit.log (id bigint);"
        "CREATE TABLE plays (id bigint, year int) PARTITION BY RANGE (year);"
        "CREATE TABLE plays_24 PARTITION OF plays FOR VALUES FROM (2024) TO (2025);"
        "CREATE TABLE plays_25 PARTITION OF plays FOR VALUES FROM (2025) TO (2026);"
        "INSERT INTO songs SELECT n, 'title ' || n FROM generate_series(1, 5000) n;"
        "INSERT INTO plays SELECT n, 2024 + n % 2 FROM generate_series(1, 300) n;"
        "ANALYZE;"
        "INSERT INTO fresh SELECT generate_series(1, 100)"
    )
    return any_database


def test_an_analysed_table_has_its_estimate_and_all_its_bytes(filled):
    songs = sizes(filled)["songs"]

    (whole, heap) = filled.run("SELECT pg_total_relation_size('songs'), pg_relation_size('songs')")[
        0
    ]
    assert (songs.rows, songs.bytes, songs.heap_bytes) == (5000, whole, heap)
    assert not songs.empty


def test_a_table_never_counted_has_no_estimate(filled):
    assert sizes(filled)["fresh"].rows is None


def test_a_table_whose_file_is_empty_holds_no_rows_for_certain(filled):
    assert (sizes(filled)["empty"].rows, sizes(filled)["empty"].empty) == (0, True)


def test_a_partitioned_table_is_the_sum_of_its_partitions(filled):
    found = sizes(filled)

    assert found["plays"].rows == 300
    assert found["plays"].bytes == found["plays_24"].bytes + found["plays_25"].bytes


def test_a_name_carries_its_schema_where_the_search_path_does_not_find_it(filled):
    assert "audit.log" in sizes(filled)
    assert "pg_class" not in sizes(filled)


def test_a_table_that_another_session_holds_is_told_as_it_was_last_counted(filled):
    with filled.connect() as other, other.transaction():
        other.execute("LOCK TABLE songs, empty")
        with open_gateway(filled.url).reading() as session:
            session.run("SET LOCAL lock_timeout = '50ms'")
            found = {size.table: size for size in read_table_sizes(session)}

    assert found["songs"].rows == 5000
    assert not found["empty"].empty  # nobody looked
