"""A row plan as one SQL file for sqlite3: locked, checked before and after, in one transaction."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from analyzer.engines.shared.file_runs import (
    changed_columns,
    stored_columns,
    told_rows,
    values_of,
    walk_steps,
    whole_file,
)
from analyzer.engines.sqlite.access.address import file_command
from analyzer.engines.sqlite.scripts.audit_sql import render_audit
from analyzer.engines.sqlite.scripts.demands import again, demand, frame
from analyzer.engines.sqlite.scripts.sql_file import BEGIN, COMMIT, client_lines
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.model.core.table_row import TableRow, key_columns
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import MadeNotes
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import (
    RUN_FILE,
    DatabaseHome,
    DeleteRow,
    InsertRow,
    Need,
    Provenance,
    RowPlan,
    UpdateRow,
)
from analyzer.model.words.text import visible

_EXPECTED = "migdoctor_rows"
_ROWS_A_LINE = 4
_ROWS_A_STATEMENT = 400
_AGAIN = "Run migdoctor diagnose: it shows the rows as they are now, for a new plan."
_INTERFERENCE = "Something in the database changes these rows; look for triggers on the table."
_USAGE = (
    "-- Either all of it happens or nothing: it stops if somebody else is writing, or if the",
    "-- rows are not just those that were analysed.",
)


def render_rewrite(
    plan: RowPlan,
    provenance: Provenance,
    *,
    lock_timeout: str = "5s",
    audit: AuditNote | None = None,
    notes: MadeNotes | None = None,
) -> str:
    """Write a plan as one SQL file that sqlite3 runs as it is, 3.16 and later.

    Args:
        plan: what to do.
        provenance: where it came from.
        lock_timeout: how long to wait for the file's lock.
        audit: what to note in the audit table, in the same transaction; None for no such table.
        notes: what to append to the notes of what ran, likewise; None for nothing.
    """
    sections = _sections(plan, provenance, lock_timeout, audit, notes)
    return whole_file(plan, provenance, _usage(provenance), sections)


def _usage(provenance: Provenance) -> Iterator[str]:
    """How the file is run."""
    yield "--"
    yield f"-- Run it with: {visible(provenance.run or file_command(RUN_FILE))}"
    yield from _USAGE


def _sections(
    plan: RowPlan,
    provenance: Provenance,
    lock_timeout: str,
    audit: AuditNote | None,
    notes: MadeNotes | None,
) -> Iterator[str]:
    table = visible(str(plan.table))
    yield client_lines(lock_timeout)
    yield "PRAGMA temp_store = MEMORY;"
    yield "\n-- No one else may write to the file until the end; reads continue."
    yield BEGIN
    yield from frame()
    if plan.home is not None:
        yield "\n-- Is this the database that was analysed?"
        yield from _home(plan.home)
    yield "\n-- Are the rows just those that were analysed?"
    yield from _expected(plan)
    yield from _filled(plan, plan.before)
    yield from demand(
        "before", f"{table} is not as it was when this was written", _AGAIN, [_same(plan)]
    )
    if plan.needs.objects:
        yield "\n-- Is what their migrations made in the database?"
        yield from _needs(plan)
    yield "\n-- The changes, each to exactly one row."
    yield from demand("step", f"a step did not change exactly one row of {table}", _INTERFERENCE)
    yield from _steps(plan)
    yield from _noted(plan, audit, notes)
    yield "\n-- Are the rows now just as planned?"
    yield from _filled(plan, plan.after)
    yield from demand("after", f"{table} did not become as planned", _INTERFERENCE, [_same(plan)])
    yield f"\n{COMMIT}"
    done = f"Done: {told_rows(plan, table, done=True)}"
    yield f"SELECT {literal(done)} AS migdoctor;"
    if provenance.rest:
        lines = ",\n".join(f"  ({literal(line)})" for line in ("", *provenance.rest.splitlines()))
        yield f"\n-- What comes after it.\nSELECT column1 AS migdoctor FROM (VALUES\n{lines}\n);"


def _noted(plan: RowPlan, audit: AuditNote | None, notes: MadeNotes | None) -> Iterator[str]:
    """What is written of the changes beside the table."""
    if audit is not None:
        yield "\n-- The note of it, beside the table."
        yield from render_audit(plan, audit)
    if notes is not None:
        from analyzer.engines.sqlite.notes.note_script import render_note_block  # where it is kept

        yield "\n-- What is known of the rows goes with them, in the notes of what ran."
        yield from render_note_block(notes)


def _home(home: DatabaseHome) -> Iterator[str]:
    yield from demand(
        "home",
        f"this script is for environment {home.environment}, database {home.database}",
        "Run it on its own database, or write one for this database: migdoctor rewrite.",
        [f"(SELECT file FROM pragma_database_list WHERE name = 'main') = {literal(home.database)}"],  # noqa: S608  quoted
    )


def _table(table: TableName) -> str:
    """The file's own table, whatever temporary one has its name."""
    return identifier(table.schema or "main", table.name)


def _has_version(plan: RowPlan) -> str:
    names = key_columns(plan.version_column)
    return " AND ".join(f"{identifier(name)} IS NOT NULL" for name in names)


def _names(plan: RowPlan) -> tuple[str, ...]:
    return (*key_columns(plan.version_column), *plan.shape.columns)


def _expected(plan: RowPlan) -> Iterator[str]:
    columns = ", ".join(f"c{place} TEXT" for place in range(len(_names(plan))))
    yield f"CREATE TEMP TABLE {_EXPECTED} ({columns});"


def _filled(plan: RowPlan, texts: Sequence[str]) -> Iterator[str]:
    """Put rows into the temporary table, a few on each line, so that a reviewer can read them."""
    yield f"DELETE FROM {_EXPECTED};"  # noqa: S608  ours
    values = [_values(plan, text) for text in texts]
    for start in range(0, len(values), _ROWS_A_STATEMENT):
        part = values[start : start + _ROWS_A_STATEMENT]
        lines = [
            "  " + ", ".join(part[place : place + _ROWS_A_LINE])
            for place in range(0, len(part), _ROWS_A_LINE)
        ]
        yield f"INSERT INTO {_EXPECTED} VALUES\n" + ",\n".join(lines) + ";"


def _values(plan: RowPlan, text: str) -> str:
    """A row's text as values of SQL."""
    return f"({', '.join(map(literal, values_of(plan, text)))})"


def _same(plan: RowPlan) -> str:
    """Whether the table holds just the rows that stand in the temporary one, doubles counted."""
    names = _names(plan)
    here = ", ".join(f"CAST({identifier(name)} AS TEXT)" for name in names)
    there = ", ".join(f"c{place}" for place in range(len(names)))
    ours = f"SELECT {there}, count(*) FROM {_EXPECTED} GROUP BY {there}"  # noqa: S608  ours
    theirs = (
        f"SELECT {here}, count(*) FROM {_table(plan.table)} "  # noqa: S608  quoted
        f"WHERE {_has_version(plan)} GROUP BY {here}"
    )
    return (
        f"\n  NOT EXISTS (SELECT * FROM ({theirs}) EXCEPT SELECT * FROM ({ours}))"  # noqa: S608  quoted
        f"\n  AND NOT EXISTS (SELECT * FROM ({ours}) EXCEPT SELECT * FROM ({theirs}))"
    )


def _needs(plan: RowPlan) -> Iterator[str]:
    """Stop where something is missing, unless nothing at all of what is known is there."""
    wanted = dict.fromkeys((*plan.needs.witnesses, *(it.table for it in plan.needs.objects)))
    known = " OR ".join(_is_there(table) for table in wanted)
    for place, need in enumerate(plan.needs.objects, 1):
        shown = f"column {need.table}.{need.column}" if need.column else f"table {need.table}"
        yield from demand(
            f"need_{place}",
            "the database lacks what rows would be rewritten for: "
            f"{shown}, which {need.made_by} made",
            "Run migdoctor diagnose against this database: it reads what is there.",
            [f"\n  {_has(need)}\n  OR NOT ({known})"],
        )


def _is_there(table: str) -> str:
    name = literal(table.rpartition(".")[2])
    return (
        "EXISTS (SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') "  # noqa: S608  quoted
        f"AND lower(name) = lower({name}))"
    )


def _has(need: Need) -> str:
    if need.column is None:
        return _is_there(need.table)
    table, column = literal(need.table.rpartition(".")[2]), literal(need.column)
    return f"EXISTS (SELECT 1 FROM pragma_table_xinfo({table}) WHERE lower(name) = lower({column}))"  # noqa: S608  quoted


def _steps(plan: RowPlan) -> Iterator[str]:
    """Write each step below a comment that names its files."""
    for comment, step, doubles in walk_steps(plan):
        match step:
            case UpdateRow(old, new):
                statement = _update(plan, old, new, doubles)
            case DeleteRow(row):
                statement = _delete(plan, row, doubles)
            case InsertRow(row):
                statement = _insert(plan, row)
            case _:
                assert_never(step)
        yield from (f"-- {comment}", statement, again("step", "changes() = 1"))


def _update(plan: RowPlan, old: TableRow, new: TableRow, doubles: int) -> str:
    """Set the version, and what else is to change."""
    changed = changed_columns(plan, old, new)
    sets = ", ".join(f"{identifier(name)} = {literal(it)}" for name, it in changed.items())
    return f"UPDATE {_table(plan.table)} SET {sets}\n  WHERE {_row(plan, old, doubles)};"  # noqa: S608  quoted


def _delete(plan: RowPlan, row: TableRow, doubles: int) -> str:
    return f"DELETE FROM {_table(plan.table)} WHERE {_row(plan, row, doubles)};"  # noqa: S608  quoted


def _insert(plan: RowPlan, row: TableRow) -> str:
    whole = stored_columns(plan, row)
    names = ", ".join(map(identifier, whole))
    values = ", ".join(map(literal, whole.values()))
    return f"INSERT INTO {_table(plan.table)} ({names}) VALUES ({values});"  # noqa: S608  quoted


def _row(plan: RowPlan, row: TableRow, doubles: int) -> str:
    """Pick a row by all that is known of it; one of them where it is stored more than once."""
    known = stored_columns(plan, row)
    where = " AND ".join(
        f"CAST({identifier(name)} AS TEXT) IS {literal(value)} COLLATE BINARY"
        for name, value in known.items()
    )
    if doubles <= 1:
        return where
    return f"rowid = (SELECT rowid FROM {_table(plan.table)} WHERE {where} LIMIT 1)"  # noqa: S608  quoted
