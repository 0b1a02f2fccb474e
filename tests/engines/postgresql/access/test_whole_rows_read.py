"""What a version table keeps besides the version is read from a database, on both ways in."""

import os

import pytest

from analyzer.engines.postgresql.access.gateway import open_gateway
from analyzer.engines.postgresql.access.version_table_reading import read_version_table
from analyzer.engines.postgresql.catalog.measure import read_measure, read_stored
from analyzer.model.core.table_row import RowShape
from analyzer.model.core.version_table import TableName
from tests.support.frameworks.dotted_framework import dotted

ODD = "a'\"\\ü\n\tb"


@pytest.fixture
def changes(any_database):
    any_database.run("CREATE TABLE changes (id serial, version text, name text, batch integer)")
    with any_database.connect() as connection:
        for version, name in [("1.2", ODD), ("1.10", None), (None, "nameless"), ("x", "")]:
            connection.execute(
                "INSERT INTO changes (version, name, batch) VALUES (%s, %s, 1)", (version, name)
            )
    return any_database


@pytest.fixture(params=["driver", "through psql"])
def gateway(request, changes):
    prefix = ("env", f"PATH={changes.server.bin}:{os.environ['PATH']}")
    return open_gateway(changes.url, prefix if request.param == "through psql" else ())


def test_rows_come_with_the_columns_that_matter(gateway):
    table = read_version_table(gateway, None, dotted())

    assert [(row.version.text, dict(row.columns)) for row in table.rows] == [
        ("1.10", {"name": None}),
        ("1.2", {"name": ODD}),
        ("x", {"name": ""}),
    ]
    assert table.shape == RowShape("version", ("name",))
    assert table.notes == ("rows left out because their version is NULL: 1",)


def test_what_is_measured_is_what_was_read(gateway):
    table = read_version_table(gateway, None, dotted())
    place = TableName("changes", "public")

    whole = tuple(sorted(row.whole.text for row in table.rows))
    assert read_stored(gateway, place, table.shape) == whole
    assert read_measure(gateway, place, table.shape).rows == whole
    assert read_stored(gateway, place) == ("1.10", "1.2", "x")
