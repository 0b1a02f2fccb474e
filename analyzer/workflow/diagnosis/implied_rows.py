"""Rows that tell only where a database stands: all that comes before ran, too.

What comes before is as the deployed tree had it: the one that was named; else the first on the main
line at whose end the database stands, with today's; else today's, if it knows the version; else the
last one in any history that did.
"""

from collections.abc import Callable, Iterable, Mapping

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import NO_COLUMNS
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.core.version_table import AppliedRow, VersionTable
from analyzer.records import replace
from analyzer.workflow.diagnosis.reached_tree import before, reached_tree, that_ran
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
    work_is_there = _work_of(environment, past)
    for files, origin in _trees(past, stored, deployed, work_is_there):
        found |= {it.version.key: AppliedRow(it.version, NO_COLUMNS, origin) for it in files}
    implied = tuple(row for key, row in found.items() if key not in stored)
    rows = tuple(replace(row, version=_as_in(found, row)) for row in table.rows)
    return replace(environment, table=_with(replace(table, rows=rows), implied, framework))


def _as_in(found: Mapping[VersionKey, AppliedRow], row: AppliedRow) -> Version:
    """A row's version with what its tree knows of it: its place in the order."""
    known = found.get(row.version.key)
    return row.version if known is None else replace(row.version, key=known.version.key)


def _with(
    table: VersionTable, implied: tuple[AppliedRow, ...], framework: Framework
) -> VersionTable:
    note = (
        f"{framework.commands.title} keeps only where a database stands; {len(implied)} more ran "
        "before that"
    )
    notes = (*table.notes, note) if implied else table.notes
    return replace(table, rows=(*table.rows, *implied), implied=implied, notes=notes)


def _trees(
    past: PastFiles,
    stored: Mapping[VersionKey, AppliedRow],
    deployed: str | None,
    work_is_there: Callable[[MigrationFile], bool],
) -> Iterable[tuple[Iterable[MigrationFile], Origin]]:
    """What ran, by all that the stored rows say, each time with where the row was read."""
    if deployed is None:
        reached = reached_tree(past, frozenset(stored))
        if reached is not None:
            ran = that_ran(past, frozenset(stored), reached, work_is_there)
            yield ran, next(iter(stored.values())).origin
            return
    for key, row in stored.items():
        yield _tree(past, key, deployed), row.origin


def _work_of(environment: Environment, past: PastFiles) -> Callable[[MigrationFile], bool]:
    """Whether the catalogue has what a file makes; it has nothing where there is none."""
    catalog = environment.catalog
    if catalog is None:
        return lambda _: False

    def is_there(file: MigrationFile) -> bool:
        from analyzer.analysis.diagnosis.existing_work import made_is_there
        from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
        from analyzer.engines.registry import engine_of_source

        world = SimulatedDatabase.live(catalog, engine_of_source(environment.table.source))
        content = past.content(file.blob)
        return made_is_there(past.target.framework.language.parse(content), world)

    return is_there


def _tree(past: PastFiles, key: VersionKey, deployed: str | None) -> Iterable[MigrationFile]:
    """The files that come before one of a version, and that one."""
    if deployed is not None:
        files = past.files_at(past.repository.resolve(deployed)).files
        if any(file.version.key == key for file in files):
            return before(files, {key})
    files = past.target.files.files
    if any(file.version.key == key for file in files):
        return before(files, {key})
    from analyzer.analysis.renames.last_seen import find_versions

    seen = find_versions(past.everywhere, frozenset({key}), past.names.of).get(key)
    return () if seen is None else before(past.files_at(seen.last_seen.commit).files, {key})
