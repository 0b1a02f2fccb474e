"""A row plan as one SQL file for mariadb or mysql: locked, checked twice, in one transaction."""

from collections.abc import Iterator, Sequence

from analyzer.engines.mysql.access.address import file_command
from analyzer.engines.mysql.access.version_table import quoted
from analyzer.engines.mysql.scripts.audit_sql import make_audit, render_audit
from analyzer.engines.mysql.scripts.demands import demand
from analyzer.engines.mysql.scripts.sql_file import BEGIN, END, GO, LOCK, STOP, head_lines
from analyzer.engines.mysql.words import identifier, literal
from analyzer.engines.shared.file_runs import (
    changed_columns,
    stored_columns,
    told_rows,
    values_of,
    walk_steps,
    whole_file,
)
from analyzer.model.core.table_row import TableRow, key_columns
from analyzer.model.notes.note import MadeNotes
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.model.plans.plan import (
    RUN_FILE,
    DatabaseHome,
    DeleteRow,
    InsertRow,
    Provenance,
    RowPlan,
    RowStep,
    UpdateRow,
)
from analyzer.model.words.text import visible

_ROWS_A_LINE = 4
_ROWS_A_STATEMENT = 400
_EXPECTED = "@migdoctor_rows"
_AGAIN = "Run migdoctor diagnose: it shows the rows as they are now, for a new plan."
_INTERFERENCE = "Something in the database changes these rows; look for triggers on the table."
_USAGE = (
    "-- (or with mysql, where that is the client).",
    "-- Either all of it happens or nothing: it stops if a migration is running, or if the",
    "-- rows are not just those that were analysed. What stops it is printed, and is the name",
    "-- of the column that the error does not know.",
)


def render_rewrite(
    plan: RowPlan,
    provenance: Provenance,
    *,
    lock_timeout: str = "5s",
    audit: AuditNote | None = None,
    notes: MadeNotes | None = None,
) -> str:
    """Write a plan as one SQL file that the client runs as it is: MySQL 5.7, MariaDB 10.2 or later.

    Args:
        plan: what to do.
        provenance: where it came from.
        lock_timeout: how long to wait for the table's rows.
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
    yield from head_lines(lock_timeout)
    yield from _before(plan, audit)
    yield "\n-- Are the rows just those that were analysed?"
    yield from _expected(plan, plan.before)
    yield from demand(_same(plan), f"{table} is not as it was when this was written", _AGAIN)
    if plan.needs.objects:
        yield "\n-- Is what their migrations made in the database?"
        yield from _needs(plan)
    yield "\n-- The changes, each to exactly one row."
    yield from _steps(plan)
    wrong = f"a step did not change exactly one row of {table}"
    yield from demand(f"{GO} = 1", wrong, _INTERFERENCE)
    yield from _noted(plan, audit, notes)
    yield "\n-- Are the rows now just as planned?"
    yield from _expected(plan, plan.after)
    yield from demand(_same(plan), f"{table} did not become as planned", _INTERFERENCE)
    yield from _end(table, plan, provenance)


def _noted(plan: RowPlan, audit: AuditNote | None, notes: MadeNotes | None) -> Iterator[str]:
    """What is written of the changes beside the table."""
    if audit is not None:
        yield "\n-- The note of it, beside the table."
        yield from render_audit(plan, audit)
    if notes is not None:
        from analyzer.engines.mysql.notes.note_script import render_note_block  # where it is kept

        yield "\n-- What is known of the rows goes with them, in the notes of what ran."
        yield from render_note_block(notes, plan.table)


def _before(plan: RowPlan, audit: AuditNote | None) -> Iterator[str]:
    """What must hold before anything changes, and the locks that keep it so."""
    if plan.home is not None:
        yield "\n-- Is this the database that was analysed?"
        yield from _home(plan.home)
    yield "\n-- Only InnoDB takes back what was not committed."
    yield from _transactional(plan)
    if plan.lock is not None and not plan.lock.before:  # of those the key is not known here
        yield from _migration_lock(plan.lock)
    if audit is not None:
        yield "\n-- The audit table. Making it commits: so it is made before."
        yield from make_audit(plan)
    yield "\n-- No one else may write to the table until the end; reads continue."
    yield from _locked(plan)


def _end(table: str, plan: RowPlan, provenance: Provenance) -> Iterator[str]:
    """The commit, and what is said of it."""
    yield f"\n{END}"
    yield f"DO RELEASE_LOCK({LOCK});"
    done = f"Done: {told_rows(plan, table, done=True)}"
    yield f"SELECT IF({GO} = 1, {literal(done)}, {STOP}) AS migdoctor;"
    if provenance.rest:
        first, *more = map(literal, provenance.rest.splitlines())
        lines = "".join(f"\nUNION ALL SELECT {line}" for line in more)
        yield f"\n-- What comes after it.\nSELECT {first} AS migdoctor{lines};"


def _home(home: DatabaseHome) -> Iterator[str]:
    yield from demand(
        f"CAST(DATABASE() AS BINARY) = CAST({literal(home.database)} AS BINARY)",
        f"this script is for environment {home.environment}, database {home.database}",
        "Run it on its own database, or write one for this database: migdoctor rewrite.",
    )


def _schema(plan: RowPlan) -> str:
    return "DATABASE()" if plan.table.schema is None else literal(plan.table.schema)


def _transactional(plan: RowPlan) -> Iterator[str]:
    table = quoted(plan.table)
    yield from demand(
        "(SELECT engine FROM information_schema.tables WHERE table_schema = "  # noqa: S608  quoted
        f"{_schema(plan)} AND table_name = {literal(plan.table.name)}) = 'InnoDB'",
        f"{plan.table} is not there, or not a table of InnoDB's, which alone takes back what was "
        "not committed",
        f"Change it with ALTER TABLE {visible(table)} ENGINE=InnoDB, then run this again.",
    )


def _migration_lock(lock: MigrationLock) -> Iterator[str]:
    yield f"\n-- {lock.owned} own lock: no migration may run meanwhile. It ends with the session."
    crc = f" + {lock.salt} * CRC32(CONVERT(DATABASE() USING utf8mb4))" if lock.salt else ""
    yield f"SET {LOCK} = CAST({lock.constant}{crc} AS CHAR);"
    yield f"SET @migdoctor_got = GET_LOCK({LOCK}, 0);"
    yield from demand(
        "@migdoctor_got = 1",
        f"{lock.owner} is migrating this database: {lock.owned} lock is held by ",
        "Wait until the migration has ended, then run this file again. If none runs, a pooler has "
        "kept its lock: end that connection with KILL.",
        f"COALESCE(CONCAT('connection ', IS_USED_LOCK({LOCK})), 'one that has just ended')",
    )


def _locked(plan: RowPlan) -> Iterator[str]:
    yield "SET @migdoctor_locked = NULL;"
    yield BEGIN
    yield f"SELECT COUNT(*) INTO @migdoctor_locked FROM {quoted(plan.table)} FOR UPDATE;"  # noqa: S608  quoted
    yield from demand(
        "@migdoctor_locked IS NOT NULL",
        f"another session is writing to {plan.table} and did not end in time",
        "Stop it (see SHOW PROCESSLIST), or wait until it has ended, then run this file again.",
    )


def _has_version(plan: RowPlan) -> str:
    names = key_columns(plan.version_column)
    return " AND ".join(f"{identifier(name)} IS NOT NULL" for name in names)


def _names(plan: RowPlan) -> tuple[str, ...]:
    return (*key_columns(plan.version_column), *plan.shape.columns)


def _key(values: Sequence[str]) -> str:
    """An expression that is one text for a row of these texts: two rows of one text are alike."""
    if len(values) == 1:
        return f"HEX({values[0]})"
    return f"CONCAT_WS(',', {', '.join(f'''COALESCE(HEX({it}), '-')''' for it in values)})"


def _sorting(plan: RowPlan, text: str) -> tuple[bytes, str]:
    """What a row is sorted by, which is its `_key`, and the key as SQL."""
    row = values_of(plan, text)
    told = ("-" if it is None else it.encode("utf-8", "surrogatepass").hex().upper() for it in row)
    return ",".join(told).encode(), _key([literal(it) for it in row])


def _expected(plan: RowPlan, texts: Sequence[str]) -> Iterator[str]:
    """Put rows into a variable, a few on each line, so that a reviewer can read them."""
    yield f"SET {_EXPECTED} = NULL;"
    keys = [key for _, key in sorted(_sorting(plan, text) for text in texts)]
    for start in range(0, len(keys), _ROWS_A_STATEMENT):
        part = keys[start : start + _ROWS_A_STATEMENT]
        lines = [
            "  " + ", ".join(part[place : place + _ROWS_A_LINE])
            for place in range(0, len(part), _ROWS_A_LINE)
        ]
        listed = ",\n".join(lines)
        yield f"SET {_EXPECTED} = CONCAT_WS(' ', {_EXPECTED},\n{listed});"


def _same(plan: RowPlan) -> str:
    """Whether the table holds just the rows that stand in the variable, doubles counted."""
    texts = [f"CONVERT({identifier(name)} USING utf8mb4)" for name in _names(plan)]
    return (
        "(SELECT GROUP_CONCAT(it ORDER BY CAST(it AS BINARY) SEPARATOR ' ')\n"  # noqa: S608  quoted
        f"    FROM (SELECT {_key(texts)} AS it FROM {quoted(plan.table)}\n"
        f"      WHERE {_has_version(plan)}) AS migdoctor_found)\n"
        f"  <=> {_EXPECTED}"
    )


def _needs(plan: RowPlan) -> Iterator[str]:
    """Stop where something is missing, unless nothing at all of what is known is there."""
    wanted = dict.fromkeys((*plan.needs.witnesses, *(it.table for it in plan.needs.objects)))
    known = " OR ".join(_is_there(table) for table in wanted)
    for need in plan.needs.objects:
        shown = f"column {need.table}.{need.column}" if need.column else f"table {need.table}"
        yield from demand(
            f"{_is_there(need.table, need.column)}\n  OR NOT ({known})",
            "the database lacks what rows would be rewritten for: "
            f"{shown}, which {need.made_by} made",
            "Run migdoctor diagnose against this database: it reads what is there.",
        )


def _is_there(table: str, column: str | None = None) -> str:
    schema, _, name = table.rpartition(".")
    home = literal(schema) if schema else "DATABASE()"
    kind, more = ("tables", "") if column is None else ("columns", literal(column))
    named = f" AND column_name = {more}" if more else ""
    return (
        f"EXISTS (SELECT 1 FROM information_schema.{kind} WHERE table_schema = {home} "  # noqa: S608  quoted
        f"AND table_name = {literal(name)}{named})"
    )


def _steps(plan: RowPlan) -> Iterator[str]:
    """Write each step below a comment that names its files."""
    for comment, step, doubles in walk_steps(plan):
        yield f"-- {comment}"
        yield _step(plan, step, doubles)
        yield f"SET {GO} = IF(ROW_COUNT() = 1, {GO}, 0);"


def _step(plan: RowPlan, step: RowStep, doubles: int) -> str:
    table = quoted(plan.table)
    match step:
        case UpdateRow(old, new):
            changed = changed_columns(plan, old, new)
            sets = ", ".join(f"{identifier(name)} = {literal(it)}" for name, it in changed.items())
            return f"UPDATE {table} SET {sets}\n  WHERE {_row(plan, old, doubles)};"  # noqa: S608  quoted
        case DeleteRow(row):
            return f"DELETE FROM {table}\n  WHERE {_row(plan, row, doubles)};"  # noqa: S608  quoted
        case InsertRow(row):
            whole = stored_columns(plan, row)
            names = ", ".join(map(identifier, whole))
            values = ", ".join(map(literal, whole.values()))
            return f"INSERT INTO {table} ({names})\n  SELECT {values} FROM DUAL WHERE {GO} = 1;"  # noqa: S608  quoted


def _row(plan: RowPlan, row: TableRow, doubles: int) -> str:
    """Pick a row by all that is known of it; one of them where it is stored more than once."""
    known = stored_columns(plan, row)
    where = " AND ".join(
        f"CAST(CONVERT({identifier(name)} USING utf8mb4) AS BINARY) <=> "
        f"CAST({literal(value)} AS BINARY)"
        for name, value in known.items()
    )
    return f"{where} AND {GO} = 1{' LIMIT 1' if doubles > 1 else ''}"
