"""A row plan as one SQL file for psql: locked, checked before and after, in one transaction.

Identifiers and values are composed by psycopg. They stand in the bodies of DO blocks as literals,
between dollar quotes whose tag does not occur there.
"""

import itertools
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, LiteralString, assert_never

from analyzer.model.plan import DeleteRow, InsertRow, Provenance, RowPlan, UpdateRow
from analyzer.model.sql_file import PSQL_LINES
from analyzer.model.text import visible
from analyzer.model.version_table import TableName
from analyzer.scripts import sql_text
from analyzer.scripts.base import head
from analyzer.scripts.sql_audit import AuditNote, render_audit
from analyzer.scripts.sql_needs import render_needs

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql

_RAILS_SALT = 2053462845  # ActiveRecord::Migrator::MIGRATOR_SALT, 5.0 to 8.1
_ROWS_A_LINE = 4


def lock_key(database: str) -> int:
    """Give the key of Rails' migration lock, for pg_advisory_lock, in a database of this name.

    Source: ActiveRecord::Migrator#generate_migrator_advisory_lock_id.
    """
    return _RAILS_SALT * zlib.crc32(database.encode("utf-8", "surrogateescape"))


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

    yield PSQL_LINES + _text(sql_text.BEGIN, lock_timeout=sql.Literal(lock_timeout))
    yield "\n-- Done must mean on the disk, even where the database is set to be quick instead."
    yield _do(sql_text.DURABLE)
    yield "\n-- Rails' migration lock, so that no deploy can begin a migration meanwhile."
    yield _do(_text(sql_text.ADVISORY_LOCK, salt=sql.Literal(_RAILS_SALT)))
    yield "\n-- No one else may write to the table until the end; reading goes on."
    busy = sql.Literal(f"another session is writing to {plan.table} and did not end in time")
    yield _do(_text(sql_text.TABLE_LOCK, table=_identifier(plan.table), message=busy))
    yield "\n-- Rows of tables that inherit from it would look like its own."
    yield _no_children(plan.table)
    yield "\n-- Are the rows just those that were analysed?"
    yield _check(plan.table, plan.before, "is not as it was when this was written",
                 "Run migdoctor diagnose: it says how the rows stand now, and a new plan fits "
                 "them.")  # fmt: skip
    needs = render_needs(plan.needs)
    if needs is not None:
        yield "\n-- Is what their migrations made in the database?"
        yield _do(needs)
    yield "\n-- The changes, each to exactly one row."
    steps_end = _text(sql_text.STEPS_END, hint=sql.Literal(sql_text.INTERFERENCE))
    yield _do("\n".join([sql_text.STEPS_BEGIN, *_steps(plan), steps_end]))
    yield "\n-- Are the rows now just as planned?"
    yield _check(plan.table, plan.after, "did not become as planned", sql_text.INTERFERENCE)
    if audit is not None:
        yield "\n-- The note of it, beside the table."
        yield render_audit(plan, audit)
    yield ""
    done = f"Done: rewrote {rows} of {plan.table}. Next: run migdoctor diagnose."
    yield _text(sql_text.COMMIT, result=sql.Literal(done))


def _no_children(table: TableName) -> str:
    from psycopg import sql  # see above

    named = sql.Literal(_identifier(table).as_string(None))
    return _do(_text(sql_text.NO_CHILDREN, named=named, table=sql.Literal(str(table))))


def _check(table: TableName, rows: Iterable[str], message: str, hint: str) -> str:
    from psycopg import sql  # see above

    expected = sql.SQL(",\n").join(
        sql.SQL("    ") + sql.SQL(", ").join(map(sql.Literal, line)) for line in _in_lines(rows)
    )
    return _do(
        _text(
            sql_text.CHECK,
            table=_identifier(table),
            expected=expected,
            message=sql.Literal(f"{table} {message}"),
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

    return _text(
        "  UPDATE {table} SET version = {new} WHERE {row}\n    {returning};",
        returning=sql.SQL(sql_text.ONE_ROW),
        table=_identifier(table),
        new=sql.Literal(new),
        row=_row(table, old, doubles),
    )


def _delete(table: TableName, version: str, doubles: int) -> str:
    from psycopg import sql  # see above

    return _text(
        "  DELETE FROM {table} WHERE {row}\n    {returning};",
        returning=sql.SQL(sql_text.ONE_ROW),
        table=_identifier(table),
        row=_row(table, version, doubles),
    )


def _insert(table: TableName, version: str) -> str:
    from psycopg import sql  # see above

    return _text(
        "  INSERT INTO {table} (version) VALUES ({version})\n    {returning};",
        returning=sql.SQL(sql_text.ONE_ROW),
        table=_identifier(table),
        version=sql.Literal(version),
    )


def _row(table: TableName, version: str, doubles: int) -> "sql.Composed":
    """Pick a row by its version; one of them where it is stored more than once.

    Two partitions may hold rows of the same ctid: only with the table's oid it names one row.
    """
    from psycopg import sql  # see above

    by_version = sql.SQL("version = {}").format(sql.Literal(version))
    if doubles <= 1:
        return by_version
    one = "(tableoid, ctid) = (SELECT tableoid, ctid FROM {table} WHERE {row} LIMIT 1)"
    return sql.SQL(one).format(table=_identifier(table), row=by_version)


def _do(body: str) -> str:
    """Make a body an anonymous block, in dollar quotes that it cannot end."""
    tag = "$migdoctor$"
    while tag in body:
        tag = f"{tag[:-1]}_$"
    return f"DO {tag}\n{body}\n{tag};"


def _identifier(table: TableName) -> "sql.Identifier":
    from psycopg import sql  # see above

    return sql.Identifier(*filter(None, (table.schema, table.name)))


def _text(template: LiteralString, **parts: "sql.Composable") -> str:
    from psycopg import sql  # see above

    return sql.SQL(template).format(**parts).as_string(None)


# What every such file shares: its beginning, Rails' lock, its end


def begin(lock_timeout: str) -> str:
    """Open the transaction; nothing goes on after an error."""
    from psycopg import sql  # see above

    return _text(sql_text.BEGIN, lock_timeout=sql.Literal(lock_timeout))


def migration_lock() -> str:
    """Take Rails' own migration lock, or stop."""
    from psycopg import sql  # see above

    return block(sql_text.ADVISORY_LOCK, salt=sql.Literal(_RAILS_SALT))


def block(template: LiteralString, **parts: "sql.Composable") -> str:
    """An anonymous block; what stands in it is quoted."""
    return _do(_text(template, **parts))


def end() -> str:
    """Commit, and print what ``migdoctor.result`` was set to."""
    return sql_text.COMMIT.partition("\n")[2]


def quoted(table: TableName) -> "sql.Identifier":
    """A table's name, quoted."""
    return _identifier(table)
