"""A row plan as one SQL file for psql: locked, checked before and after, in one transaction.

Identifiers and values are composed by psycopg. They stand in the bodies of DO blocks as literals,
between dollar quotes whose tag does not occur there.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

from analyzer.engines.file_runs import changed_columns, stored_columns
from analyzer.engines.postgresql.scripts import rewrite_sql_text as sql_text
from analyzer.engines.postgresql.scripts.sql_audit import render_audit
from analyzer.engines.postgresql.scripts.sql_file import LOST, PSQL_LINES
from analyzer.engines.postgresql.scripts.sql_frame import (
    anonymous,
    begin,
    column_of,
    composed,
    constraints,
    guard,
    look_again,
    migration_lock,
    place,
    quoted,
    row_text,
    version_of,
)
from analyzer.engines.postgresql.scripts.sql_home import render_home
from analyzer.engines.postgresql.scripts.sql_needs import render_needs
from analyzer.model.core.table_row import TableRow, stored_key
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import MadeNotes
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import DeleteRow, InsertRow, Provenance, RowPlan, UpdateRow
from analyzer.model.plans.script_head import head
from analyzer.model.words.text import visible

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql

_ROWS_A_LINE = 4


def render_rewrite(
    plan: RowPlan,
    provenance: Provenance,
    *,
    lock_timeout: str = "5s",
    audit: AuditNote | None = None,
    notes: MadeNotes | None = None,
) -> str:
    """Write a plan as one SQL file that psql runs as it is, on PostgreSQL 9.6 and later.

    Args:
        plan: what to do.
        provenance: where it came from.
        lock_timeout: how long to wait for the version table, as PostgreSQL writes durations.
        audit: what to note in the audit table, in the same transaction; None for no such table.
        notes: what to append to the notes of what ran, likewise.
    """
    rows = _count(plan)
    lines = list(
        head("--", f"Rewrites {rows} of {visible(str(plan.table))}.", provenance, plan.notes)
    )
    if not plan.steps:
        return "\n".join([*lines, "", "SELECT 'There is nothing to rewrite.' AS migdoctor;", ""])
    lines += _usage(plan.table)
    return "\n".join([*lines, "", *_sections(plan, provenance, lock_timeout, audit, notes), ""])


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
    plan: RowPlan,
    provenance: Provenance,
    lock_timeout: str,
    audit: AuditNote | None,
    notes: MadeNotes | None,
) -> Iterator[str]:
    yield PSQL_LINES + begin(lock_timeout)
    yield from _before(plan)
    yield from _changes(plan, audit, notes)
    yield constraints()
    yield from _after(plan, lock_timeout)
    if provenance.rest:
        yield "\n-- What comes after it, which is said if it was done."
        yield _rest(provenance.rest)


def _before(plan: RowPlan) -> Iterator[str]:
    """What must hold before anything changes, and the lock that keeps it so."""
    from psycopg import sql  # see above

    if plan.home is not None:
        yield "\n-- Is this the database that was analysed?"
        yield render_home(plan.home)
    yield "\n-- Done must mean on the disk, even where the database is set to be quick instead."
    yield anonymous(sql_text.DURABLE)
    if plan.lock is not None:
        yield migration_lock(plan.lock)
    yield "\n-- No one else may write to the table until the end; reading goes on."
    busy = sql.Literal(
        f"another session is writing to {visible(str(plan.table))} and did not end in time"
    )
    yield anonymous(composed(sql_text.TABLE_LOCK, message=busy, **place(plan.table)))
    yield "\n-- Nothing may stand between the table and its rows."
    yield guard(plan.table)
    yield "\n-- Are the rows just those that were analysed?"
    yield _check(
        plan,
        plan.before,
        "is not as it was when this was written",
        "Run migdoctor diagnose: it says how the rows stand now, and a new plan fits them.",
    )
    needs = render_needs(plan.needs)
    if needs is not None:
        yield "\n-- Is what their migrations made in the database?"
        yield anonymous(needs)


def _changes(plan: RowPlan, audit: AuditNote | None, notes: MadeNotes | None) -> Iterator[str]:
    """The changes themselves, and the notes of them."""
    from psycopg import sql  # see above

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
    if notes is not None:
        from analyzer.engines.postgresql.notes.note_script import render_note_block

        yield "\n-- What is known of the rows goes with them, in the notes of what ran."
        yield render_note_block(notes, plan.table)


def _after(plan: RowPlan, lock_timeout: str) -> Iterator[str]:
    """Whether the rows became as planned: before the COMMIT, and once it is done."""
    from psycopg import sql  # see above

    yield "\n-- Are the rows now just as planned?"
    yield _check(plan, plan.after, "did not become as planned", sql_text.INTERFERENCE)
    yield ""
    done = f"Done: rewrote {_count(plan)} of {visible(str(plan.table))}."
    yield composed(sql_text.COMMIT, result=sql.Literal(done))
    yield look_again(
        lock_timeout,
        _check(
            plan, plan.after, "lost rows at the COMMIT, or since", sql_text.AFTERWARDS, after=True
        ),
    )


def _rest(rest: str) -> str:
    from psycopg import sql  # see above

    lines = [sql.SQL("  ({})").format(sql.Literal(line)) for line in ("", *rest.splitlines())]
    return composed(sql_text.REST, lines=sql.SQL(",\n").join(lines))


def _check(
    plan: RowPlan, rows: Iterable[str], message: str, hint: str, *, after: bool = False
) -> str:
    from psycopg import sql  # see above

    expected = sql.SQL(",\n").join(
        sql.SQL("    ") + sql.SQL(", ").join(map(sql.Literal, line)) for line in _in_lines(rows)
    )
    return anonymous(
        composed(
            sql_text.CHECK,
            **place(plan.table),
            row=row_text(plan),
            expected=expected,
            wrong=sql.SQL(sql_text.GONE if after else sql_text.CHANGED),
            code=sql.Literal(LOST if after else "raise_exception"),
            end=sql.Literal("." if after else " Nothing was changed."),
            message=sql.Literal(f"{visible(str(plan.table))} {message}"),
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
                then = names.get(old.text, old.version)
                now = names_after.get(new.text, new.version)
                stays = new.text in plan.after
                comment = f"{then} is {now} now" if stays else f"{then} makes room"
                yield from (f"  -- {visible(comment)}", _update(plan, old, new, rows[old.text]))
                names[new.text] = then
                rows[old.text] -= 1
                rows[new.text] += 1
            case DeleteRow(row):
                comment = f"{names.get(row.text, row.version)}: another row stands for it"
                yield from (f"  -- {visible(comment)}", _delete(plan, row, rows[row.text]))
                rows[row.text] -= 1
            case InsertRow(row):
                comment = f"{names_after.get(row.text, row.version)} has its row again"
                yield from (f"  -- {visible(comment)}", _insert(plan, row))
                rows[row.text] += 1
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
