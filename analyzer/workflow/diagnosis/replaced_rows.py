"""Rows of migrations that others of today stand for: squashed, and mostly without a file."""

from collections.abc import Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import NO_COLUMNS
from analyzer.model.core.version_table import AppliedRow
from analyzer.records import replace
from analyzer.workflow.reading.rows.environment import Environment


def with_replaced_rows(environment: Environment, files: Sequence[MigrationFile]) -> Environment:
    """Take a migration for done where all that it stands for is, and set aside what has no file."""
    table = environment.table
    stored = {row.version.text for row in table.rows}
    whole = [it for it in files if it.name.replaces and stored.issuperset(it.name.replaces)]
    there = {file.version.text for file in files}
    gone = {key for it in whole for key in it.name.replaces} - there
    if not whole:
        return environment
    origin = next(iter(table.rows)).origin
    implied = tuple(
        AppliedRow(file.version, NO_COLUMNS, origin)
        for file in whole
        if file.version.text not in stored
    )
    aside = tuple(row for row in table.rows if row.version.text in gone)
    left = tuple(row for row in table.rows if row.version.text not in gone)
    kept = replace(
        table,
        rows=(*left, *implied),
        implied=(*table.implied, *implied),
        aside=(*table.aside, *aside),
        notes=(*table.notes, *_notes(whole, len(aside))),
    )
    return replace(environment, table=kept)


def _notes(whole: Sequence[MigrationFile], aside: int) -> tuple[str, ...]:
    named = ", ".join(file.basename for file in whole)
    rows = "1 row is" if aside == 1 else f"{aside} rows are"
    return (f"{rows} of migrations that others stand for, and stay: {named}",) if aside else ()
