"""The catalogue that decides a prediction, through a prefix that runs psql."""

import pytest

from analyzer.engines.postgresql.access import gateway
from analyzer.engines.postgresql.access.version_table_reading import read_live_database
from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version_table import TableName
from tests.engines.postgresql.catalog.test_schema_psql import EVERYTHING, VERSIONS, inside

FILLED = """
INSERT INTO artists SELECT i, 'artist ' || i FROM generate_series(1, 500) i;
CREATE TABLE plays (at int) PARTITION BY RANGE (at);
CREATE TABLE plays_1 PARTITION OF plays FOR VALUES FROM (0) TO (9);
CREATE TABLE never (a int);
CREATE TABLE counted AS SELECT generate_series(1, 300) AS a;
ANALYZE artists, counted;
"""


def test_all_that_the_direct_way_reads_comes_through_psql(any_database):
    any_database.run(EVERYTHING + VERSIONS + FILLED)

    direct = read_live_database(open_gateway(any_database.url), None, RAILS)
    through = read_live_database(open_gateway(None, inside(any_database)), None, RAILS)

    assert direct.catalog is not None
    assert through.catalog == direct.catalog
    assert through.versions.rows == direct.versions.rows
    assert through.catalog.sizes["artists"].rows == 500


def test_sizes_are_as_last_counted_where_another_session_holds_a_table(any_database, monkeypatch):
    any_database.run(EVERYTHING + VERSIONS + FILLED)
    hurried = (*gateway.READING, "SET LOCAL lock_timeout = '50ms'")
    monkeypatch.setattr(gateway, "READING", hurried)

    with any_database.connect() as other, other.transaction():
        other.execute("LOCK TABLE counted, never")
        live = read_live_database(open_gateway(None, inside(any_database)), None, RAILS)

    assert live.catalog is not None
    assert live.catalog.sizes["counted"].rows == 300
    assert not live.catalog.sizes["never"].empty  # nobody looked


def test_a_catalogue_that_is_refused_leaves_the_rows(any_database):
    any_database.run(VERSIONS)
    any_database.run("REVOKE SELECT ON pg_catalog.pg_enum FROM PUBLIC")
    role = f"reader_{any_database.name}"
    any_database.run(f'CREATE ROLE "{role}" LOGIN; GRANT SELECT ON schema_migrations TO "{role}"')
    prefix = [*inside(any_database), f"PGUSER={role}"]

    live = read_live_database(open_gateway(None, prefix), None, RAILS)

    assert [row.version.text for row in live.versions.rows] == ["013", "20250101000000"]
    assert live.catalog is None
    assert live.why == "permission denied for table pg_enum"


def test_a_named_version_table_that_is_missing_is_an_error_all_the_same(any_database):
    named = TableName("schema_migrations")
    with pytest.raises(DatabaseError, match="has no table schema_migrations"):
        read_live_database(open_gateway(None, inside(any_database)), named, RAILS)
