"""A row plan as one SQL file for psql: locked, checked before and after, in one transaction.

Identifiers and values are composed by psycopg. They stand in the bodies of DO blocks as literals,
between dollar quotes whose tag does not occur there.
"""

import itertools
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

from analyzer.engines.postgresql.scripts import rewrite_sql_text as sql_text
from analyzer.engines.postgresql.scripts.sql_audit import AuditNote, render_audit
from analyzer.engines.postgresql.scripts.sql_file import LOST, PSQL_LINES
from analyzer.engines.postgresql.scripts.sql_frame import (  # fmt: skip
    RAILS_SALT,
    anonymous,
    begin,
    composed,
    constraints,
    guard,
    look_again,
    migration_lock,
    place,
    quoted,
)
from analyzer.engines.postgresql.scripts.sql_needs import render_needs
from analyzer.model.core.text import visible
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import DeleteRow, InsertRow, Provenance, RowPlan, UpdateRow
from analyzer.scripts.shell.script_head import head

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql

_ROWS_A_LINE = 4


def lock_key(database: str) -> int:
    """Give the key of Rails' migration lock, for pg_advisory_lock, in a database of this name.

    Source: ActiveRecord::Migrator#generate_migrator_advisory_lock_id.
    """
    return RAILS_SALT * zlib.crc32(database.encode("utf-8", "surrogateescape"))


def render_rewrite(
    plan: RowPlan,
    provenance: Provenance,
    *,
    lock_timeout: str = "5s",
    audit: AuditNote | None = None,
) -> str:
    """Write a plan as one SQL file that psql runs as it is, on PostgreSQL 9.6 and later.

    Args:
        plan: what to do.
        provenance: where it came from.
        lock_timeout: how long to wait for the version table, as PostgreSQL writes durations.
        audit: what to note in the audit table, in the same transaction; None for no such table.
    """
    rows = _count(plan)
    lines = list(
        head("--", f"Rewrites {rows} of {visible(str(plan.table))}.", provenance, plan.notes)
    )
    if not plan.steps:
        return "\n".join([*lines, "", "SELECT 'There is nothing to rewrite.' AS migdoctor;", ""])
    lines += _usage(plan.table)
    return "\n".join([*lines, "", *_sections(plan, rows, lock_timeout, audit), ""])


def _count(plan: RowPlan) -> str:
    before, after = Counter(plan.before), Counter(plan.after)
    rows = max((before - after).total(), (after - before).total())
    return f"{rows} row{'s' * (rows != 1)}"


def _usage(table: TableName) -> Iterator[str]:
    yield "--"
    yield "-- Run it with: psql -v ON_ERROR_STOP=1 -f THIS_FILE"
    yield "-- Either all of it happens or nothing: it stops if a migration is running, or if the"
    yield "-- rows are not just those that were analysed."
    if table.schema is None:
        yield "-- The table's schema is not known: the session's search path decides."


def _sections(
    plan: RowPlan, rows: str, lock_timeout: str, audit: AuditNote | None
) -> Iterator[str]:
    from psycopg import sql  # see above

    yield PSQL_LINES + begin(lock_timeout)
    yield "\n-- Done must mean on the disk, even where the database is set to be quick instead."
    yield anonymous(sql_text.DURABLE)
    yield "\n-- Rails' migration lock, so that no deploy can begin a migration meanwhile."
    yield migration_lock()
    yield "\n-- No one else may write to the table until the end; reading goes on."
    busy = sql.Literal(
        f"another session is writing to {visible(str(plan.table))} and did not end in time"
    )
    yield anonymous(composed(sql_text.TABLE_LOCK, message=busy, **place(plan.table)))
    yield "\n-- Nothing may stand between the table and its rows."
    yield guard(plan.table)
    yield "\n-- Are the rows just those that were analysed?"
    yield _check(plan.table, plan.before, "is not as it was when this was written",
                 "Run migdoctor diagnose: it says how the rows stand now, and a new plan fits "
                 "them.")  # fmt: skip
    needs = render_needs(plan.needs)
    if needs is not None:
        yield "\n-- Is what their migrations made in the database?"
        yield anonymous(needs)
    yield "\n-- The changes, each to exactly one row."
    steps_end = composed(
        sql_text.STEPS_END,
        hint=sql.Literal(sql_text.INTERFERENCE),
        pin=sql.SQL(sql_text.USE_PIN),
    )
    yield anonymous("\n".join([sql_text.STEPS_BEGIN, *_steps(plan), steps_end]))
    if audit is not None:
        yield "\n-- The note of it, beside the table."
        yield render_audit(plan, audit)
    yield constraints()
    yield "\n-- Are the rows now just as planned?"
    yield _check(plan.table, plan.after, "did not become as planned", sql_text.INTERFERENCE)
    yield ""
    done = f"Done: rewrote {rows} of {visible(str(plan.table))}. Next: run migdoctor diagnose."
    yield composed(sql_text.COMMIT, result=sql.Literal(done))
    yield look_again(
        lock_timeout,
        _check(plan.table, plan.after, "lost rows at the COMMIT, or since", sql_text.AFTERWARDS,
               after=True),
    )  # fmt: skip


def _check(
    table: TableName, rows: Iterable[str], message: str, hint: str, *, after: bool = False
) -> str:
    from psycopg import sql  # see above

    expected = sql.SQL(",\n").join(
        sql.SQL("    ") + sql.SQL(", ").join(map(sql.Literal, line)) for line in _in_lines(rows)
    )
    return anonymous(
        composed(
            sql_text.CHECK,
            **place(table),
            expected=expected,
            wrong=sql.SQL(sql_text.GONE if after else sql_text.CHANGED),
            code=sql.Literal(LOST if after else "raise_exception"),
            end=sql.Literal("." if after else " Nothing was changed."),
            message=sql.Literal(f"{visible(str(table))} {message}"),
            hint=sql.Literal(hint),
        )
    )


def _in_lines(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Put a few on each line, so that a reviewer can read them in columns."""
    rows = iter(texts)
    while line := tuple(itertools.islice(rows, _ROWS_A_LINE)):
        yield line


def _steps(plan: RowPlan) -> Iterator[str]:
    """Write each step below a comment that names its files."""
    rows, names, names_after = Counter(plan.before), dict(plan.names), dict(plan.names_after)
    for step in plan.steps:
        match step:
            case UpdateRow(old, new):
                then = names.get(old, old)
                now = names_after.get(new, new)
                comment = f"{then} is {now} now" if new in plan.after else f"{then} makes room"
                yield from (f"  -- {visible(comment)}", _update(plan.table, old, new, rows[old]))
                names[new] = then
                rows.subtract({old: 1, new: -1})
            case DeleteRow(version):
                comment = f"{names.get(version, version)}: another row stands for it"
                yield from (f"  -- {visible(comment)}", _delete(plan.table, version, rows[version]))
                rows[version] -= 1
            case InsertRow(version):
                comment = f"{names_after.get(version, version)} has its row again"
                yield from (f"  -- {visible(comment)}", _insert(plan.table, version))
                rows[version] += 1
            case _:
                assert_never(step)


def _update(table: TableName, old: str, new: str, doubles: int) -> str:
    from psycopg import sql  # see above

    return composed(
        "  UPDATE {table} SET version = {new}\n    WHERE {row}\n    {returning};",
        returning=sql.SQL(sql_text.ONE_ROW),
        table=quoted(table),
        new=sql.Literal(new),
        row=_row(table, old, doubles),
    )


def _delete(table: TableName, version: str, doubles: int) -> str:
    from psycopg import sql  # see above

    return composed(
        "  DELETE FROM {table} WHERE {row}\n    {returning};",
        returning=sql.SQL(sql_text.ONE_ROW),
        table=quoted(table),
        row=_row(table, version, doubles),
    )


def _insert(table: TableName, version: str) -> str:
    from psycopg import sql  # see above

    return composed(
        "  INSERT INTO {table} (version) VALUES ({version})\n    {returning};",
        returning=sql.SQL(sql_text.ONE_ROW),
        table=quoted(table),
        version=sql.Literal(version),
    )


def _row(table: TableName, version: str, doubles: int) -> "sql.Composed":
    """Pick a row by its version; one of them where it is stored more than once.

    Two partitions may hold rows of the same ctid: only with the table's oid it names one row.
    """
    from psycopg import sql  # see above

    by_version = sql.SQL("version OPERATOR(pg_catalog.=) {}").format(sql.Literal(version))
    if doubles <= 1:
        return by_version
    one = (
        "(tableoid, ctid) OPERATOR(pg_catalog.=)\n"
        "      (SELECT tableoid, ctid FROM {table} WHERE {row} LIMIT 1)"
    )
    return sql.SQL(one).format(table=quoted(table), row=by_version)
