"""Rows that hold more than a version: the SQL, run for real, and taken back."""

import pytest
from psycopg import sql

from analyzer.analysis.repair.row_plan import rows_after
from analyzer.engines.postgresql.scripts.rewrite_sql import render_rewrite
from analyzer.model.core.table_row import Columns, TableRow
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowPlan, UpdateRow
from analyzer.scripts.patch.plan_preview import render_row_preview
from analyzer.scripts.patch.summary import summarize_rows
from tests.engines.postgresql.scripts.test_rewrite_sql import psql
from tests.support.commands.plans import PROVENANCE

TABLE = TableName("changes", "public")
NAMES = ("name", "checksum", "applied_at", "tags", "extra")
AT = "2024-01-01 10:00:00"


def row(key, name, checksum=None, extra=None):
    return TableRow(key, Columns(NAMES, [name, checksum, AT, "{a,b}", extra]))


ODD = "a'\"\\ü\n\t\x01$$%s"
ROWS = (row("1", "one", "-5"), row("2", ODD, None, '{"k": 1}'), row("3", None, "7"))
PLANS = {
    "update": [UpdateRow(ROWS[0], row("4", "four", "9"))],
    "to NULL and back": [UpdateRow(ROWS[0], row("4", None))],
    "odd texts": [UpdateRow(ROWS[1], row("5", ODD * 2, "1", '{"k": 1}'))],
    "delete": [DeleteRow(ROWS[1])],
    "delete where NULL": [DeleteRow(ROWS[2])],
    "insert": [InsertRow(row("9", ODD, "3", "[1]"))],
    "chain": [UpdateRow(ROWS[2], row("7", "x")), UpdateRow(ROWS[1], row("3", ODD, None, "{}"))],
}


def plan_of(steps, before=ROWS):
    texts = tuple(sorted(one.text for one in before))
    return RowPlan(
        TABLE, texts, tuple(steps), tuple(rows_after(texts, steps)), version_column="change id"
    )


def create(database, rows=ROWS):
    database.run(
        'CREATE TABLE changes ("change id" text, name text, checksum integer, '
        "applied_at timestamp, tags text[], extra json)"
    )
    with database.connect() as connection:
        for one in rows:
            connection.execute(
                sql.SQL("INSERT INTO changes VALUES ({})").format(
                    sql.SQL(", ").join(map(sql.Literal, [one.version, *one.columns.values()]))
                )
            )


def stored(database):
    """The rows as this test reads them: each column as text."""
    columns = '"change id"::text, name, checksum::text, applied_at::text, tags::text, extra::text'
    found = database.run(f"SELECT {columns} FROM changes")
    return sorted(TableRow(key, Columns(NAMES, rest)).text for key, *rest in found)


@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for name, steps in PLANS.items()])
def test_rows_are_rewritten_whole_and_taken_back(any_database, tmp_path, steps):
    create(any_database)
    plan = plan_of(steps)

    done = psql(any_database, render_rewrite(plan, PROVENANCE), tmp_path)
    there = stored(any_database)
    undone = psql(any_database, render_rewrite(plan.inverse(), PROVENANCE), tmp_path)

    assert (done.stderr, undone.stderr) == ("", "")
    assert there == list(plan.after)
    assert stored(any_database) == list(plan.before)


@pytest.mark.parametrize("changed", ["name = 'other'", "checksum = NULL", "tags = '{}'"])
def test_a_row_that_changed_in_any_column_stops_it(any_database, tmp_path, changed):
    create(any_database)
    any_database.run(f"UPDATE changes SET {changed} WHERE \"change id\" = '1'")
    before = stored(any_database)

    done = psql(any_database, render_rewrite(plan_of(PLANS["delete"]), PROVENANCE), tmp_path)

    assert done.returncode == 3
    assert "is not as it was" in done.stderr
    assert stored(any_database) == before


def test_one_of_two_rows_alike_is_taken(any_database, tmp_path):
    rows = (ROWS[0], ROWS[0], row("1", "another"))
    create(any_database, rows)
    plan = plan_of([DeleteRow(ROWS[0])], rows)

    done = psql(any_database, render_rewrite(plan, PROVENANCE), tmp_path)

    assert done.stderr == ""
    assert stored(any_database) == list(plan.after)


def test_a_terminal_is_shown_versions_and_the_names_of_other_columns():
    said = summarize_rows(plan_of(PLANS["update"]))

    assert "  1 -> 4 and its " in said
    assert "[" not in said


def test_the_preview_shows_the_whole_rows():
    preview = render_row_preview(plan_of(PLANS["update"]))

    assert '-["1", "one", "-5", "2024-01-01 10:00:00", "{a,b}", null]' in preview
    assert '+["4", "four", "9", "2024-01-01 10:00:00", "{a,b}", null]' in preview
