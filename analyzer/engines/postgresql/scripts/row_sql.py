"""The statements that change one row each: it is told by all that is known of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from analyzer.engines.postgresql.scripts import rewrite_sql_text as sql_text
from analyzer.engines.postgresql.scripts.sql_frame import (
    column_of,
    composed,
    quoted,
    version_of,
)
from analyzer.engines.shared.file_runs import changed_columns, stored_columns, walk_steps
from analyzer.model.core.table_row import TableRow, stored_key
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowPlan, RowStep, UpdateRow

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql


def render_steps(plan: RowPlan) -> Iterator[str]:
    """Write each step below a comment that names its files."""
    for comment, step, doubles in walk_steps(plan):
        yield f"  -- {comment}"
        yield _statement(plan, step, doubles)


def _statement(plan: RowPlan, step: RowStep, doubles: int) -> str:
    match step:
        case UpdateRow(old, new):
            return _update(plan, old, new, doubles)
        case DeleteRow(row):
            return _delete(plan, row, doubles)
        case InsertRow(row):
            return _insert(plan, row)
        case _:
            assert_never(step)


def _one_row(plan: RowPlan) -> "sql.Composed":
    from psycopg import sql  # see above

    return sql.SQL(sql_text.ONE_ROW).format(column=version_of(plan))


def _update(plan: RowPlan, old: TableRow, new: TableRow, doubles: int) -> str:
    """Set the version, and what else is to change."""
    from psycopg import sql  # see above

    changed = changed_columns(plan, old, new)
    sets = [
        sql.SQL("{} = {}").format(column_of(name), sql.Literal(value))
        for name, value in changed.items()
    ]
    return composed(
        "  UPDATE {table} SET {sets}\n    WHERE {row}\n    {returning};",
        returning=_one_row(plan),
        table=quoted(plan.table),
        sets=sql.SQL(", ").join(sets),
        row=_row(plan, old, doubles),
    )


def _delete(plan: RowPlan, row: TableRow, doubles: int) -> str:
    return composed(
        "  DELETE FROM {table} WHERE {row}\n    {returning};",
        returning=_one_row(plan),
        table=quoted(plan.table),
        row=_row(plan, row, doubles),
    )


def _insert(plan: RowPlan, row: TableRow) -> str:
    from psycopg import sql  # see above

    whole = stored_columns(plan, row)
    names, values = map(column_of, whole), map(sql.Literal, whole.values())
    return composed(
        "  INSERT INTO {table} ({names}) VALUES ({values})\n    {returning};",
        returning=_one_row(plan),
        table=quoted(plan.table),
        names=sql.SQL(", ").join(names),
        values=sql.SQL(", ").join(values),
    )


def _row(plan: RowPlan, row: TableRow, doubles: int) -> "sql.Composed":
    """Pick a row by all that is known of it; one of them where it is stored more than once.

    Two partitions may hold rows of the same ctid: only with the table's oid it names one row.
    """
    from psycopg import sql  # see above

    version = [
        sql.SQL("{} OPERATOR(pg_catalog.=) {}").format(column_of(name), sql.Literal(value))
        for name, value in stored_key(plan.version_column, row.version).items()
    ]
    known = sql.SQL(" AND ").join(
        [*version, *(_holds(name, value) for name, value in row.columns.items())]
    )
    if doubles <= 1:
        return known
    one = (
        "(tableoid, ctid) OPERATOR(pg_catalog.=)\n"
        "      (SELECT tableoid, ctid FROM {table} WHERE {row} LIMIT 1)"
    )
    return sql.SQL(one).format(table=quoted(plan.table), row=known)


def _holds(name: str, value: str | None) -> "sql.Composed":
    """Whether a column holds a value, by its text: not every type knows equality."""
    from psycopg import sql  # see above

    column = sql.Identifier(name)
    if value is None:
        return sql.SQL("{} IS NULL").format(column)
    return sql.SQL("{}::pg_catalog.text OPERATOR(pg_catalog.=) {}").format(
        column, sql.Literal(value)
    )
