"""Rows that tell only where a database stands: all that comes before ran, too.

What comes before is as the deployed tree had it: the one that was named; else today's, if it knows
the version; else the last one in any history that did.
"""

from collections.abc import Iterable, Mapping

from analyzer.frameworks.base import Framework
from analyzer.frameworks.revision_graph import with_ancestors
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import NO_COLUMNS
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.core.version_table import AppliedRow, VersionTable
from analyzer.records import replace
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.files.past_files import PastFiles
from analyzer.workflow.reading.rows.environment import Environment


def with_implied_rows(
    environment: Environment, start: TargetHistory, deployed: str | None
) -> Environment:
    """Add a row for each migration that the stored ones come after.

    Args: deployed: the revision that the user named, if any.
    """
    table, framework = environment.table, start.target.framework
    if not framework.store.heads or not table.rows:
        return environment
    stored = {row.version.key: row for row in table.rows}
    past = PastFiles(start, frozenset(stored), earlier=True)
    found: dict[VersionKey, AppliedRow] = {}
    for key, row in stored.items():
        tree = _tree(past, key, deployed)
        found |= {it.version.key: AppliedRow(it.version, NO_COLUMNS, row.origin) for it in tree}
    implied = tuple(row for key, row in found.items() if key not in stored)
    rows = tuple(replace(row, version=_as_in(found, row)) for row in table.rows)
    return replace(environment, table=_with(replace(table, rows=rows), implied, framework))


def _as_in(found: Mapping[VersionKey, AppliedRow], row: AppliedRow) -> Version:
    """A row's version as its tree has it, which knows its place in the order."""
    return found[row.version.key].version if row.version.key in found else row.version


def _with(
    table: VersionTable, implied: tuple[AppliedRow, ...], framework: Framework
) -> VersionTable:
    note = (
        f"{framework.commands.title} keeps only where a database stands; {len(implied)} more ran "
        "before that"
    )
    notes = (*table.notes, note) if implied else table.notes
    return replace(table, rows=(*table.rows, *implied), implied=implied, notes=notes)


def _tree(past: PastFiles, key: VersionKey, deployed: str | None) -> Iterable[MigrationFile]:
    """The files that come before one of a version, and that one."""
    if deployed is not None:
        files = past.files_at(past.repository.resolve(deployed)).files
        if any(file.version.key == key for file in files):
            return _before(files, key)
    files = past.target.files.files
    if any(file.version.key == key for file in files):
        return _before(files, key)
    from analyzer.analysis.renames.last_seen import find_versions

    seen = find_versions(past.everywhere, frozenset({key}), past.names.of).get(key)
    return () if seen is None else _before(past.files_at(seen.last_seen.commit).files, key)


def _before(files: Iterable[MigrationFile], key: VersionKey) -> Iterable[MigrationFile]:
    """All that a version comes after, and itself."""
    by_text = {file.version.text: file for file in files}
    parents = {text: file.name.parents or () for text, file in by_text.items()}
    heads = (text for text, file in by_text.items() if file.version.key == key)
    return [by_text[text] for text in with_ancestors(parents, heads)]
