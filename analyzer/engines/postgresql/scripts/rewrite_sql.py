"""A row plan as one SQL file for psql: locked, checked before and after, in one transaction.

Identifiers and values are composed by psycopg. They stand in the bodies of DO blocks as literals,
between dollar quotes whose tag does not occur there.
"""

import itertools
from collections.abc import Iterable, Iterator

from analyzer.engines.postgresql.scripts import rewrite_sql_text as sql_text
from analyzer.engines.postgresql.scripts.row_sql import render_steps
from analyzer.engines.postgresql.scripts.sql_audit import render_audit
from analyzer.engines.postgresql.scripts.sql_file import LOST, PSQL_LINES
from analyzer.engines.postgresql.scripts.sql_frame import (
    anonymous,
    begin,
    composed,
    constraints,
    guard,
    look_again,
    migration_lock,
    place,
    row_text,
)
from analyzer.engines.postgresql.scripts.sql_home import render_home
from analyzer.engines.postgresql.scripts.sql_needs import render_needs
from analyzer.engines.shared.file_runs import told_rows, whole_file
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import MadeNotes
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import Provenance, RowPlan
from analyzer.model.words.text import visible

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
    sections = _sections(plan, provenance, lock_timeout, audit, notes)
    return whole_file(plan, provenance, _usage(plan.table), sections)


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
    yield "\n-- No one else may write to the table until the end; reads continue."
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
        "Run migdoctor diagnose: it shows the rows as they are now, for a new plan.",
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
    yield anonymous("\n".join([sql_text.STEPS_BEGIN, *render_steps(plan), steps_end]))
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
    done = f"Done: {told_rows(plan, visible(str(plan.table)), done=True)}"
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
