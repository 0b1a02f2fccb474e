"""Rows of packages that the application installs: their migrations are in no history here."""

from collections.abc import Mapping

from analyzer.model.core.version_table import AppliedRow, VersionTable
from analyzer.records import replace
from analyzer.sources.git.whereabouts import Whereabouts, find_anywhere
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.rows.environment import Environment

_SHOWN = 8
Families = Mapping[str, list[AppliedRow]]


def with_former_packages(start: TargetHistory, environment: Environment) -> TargetHistory:
    """The history as rows of packages show it that are gone, or have another name today."""
    framework = start.target.framework
    packages = framework.packages
    strange = _strange(start, environment.table)
    if packages is None or not strange:
        return start
    found = _found(strange, start)
    homes = {framework.files.home(it.path) for it in found}
    folders = {home.folder for home in homes if home is not None} - {*start.folders}
    here = {packages.of(it.name.version.text) for it in found}
    names = _former_names(_without(here, strange), start, environment.table)
    if not folders and not names:
        return start
    siblings = (*start.target.siblings, *sorted(folders))
    today = {it.folder: packages.of(it.version.text) for it in start.target.files.files}
    former = packages.called({**today, **names}) if names else framework
    target = replace(start.target, siblings=siblings, framework=former)
    return TargetHistory(start.repository, target, cache=start.cache)


def with_outside_rows(environment: Environment, start: TargetHistory) -> Environment:
    """Set aside the rows of packages of which no file here ever was a migration.

    Args: start: the history, with packages that are gone.
    """
    table, packages = environment.table, start.target.framework.packages
    strange = _strange(start, table)
    if packages is None or not strange:
        return environment
    here = {packages.of(it.name.version.text) for it in _found(strange, start)}
    outside = _without(here, strange)
    if not outside:
        return environment
    aside = [row for rows in outside.values() for row in rows]
    gone = {id(row) for row in aside}
    left = tuple(row for row in table.rows if id(row) not in gone)
    told = ", ".join([*outside][:_SHOWN]) + (", ..." if len(outside) > _SHOWN else "")
    note = (
        "rows of packages whose migrations are not in this repository, which are left alone: "
        f"{len(aside)} ({told})"
    )
    kept = replace(table, rows=left, aside=(*table.aside, *aside), notes=(*table.notes, note))
    return replace(environment, table=kept)


def _strange(start: TargetHistory, table: VersionTable) -> dict[str, list[AppliedRow]]:
    """The rows of packages that have no file today, by package."""
    packages = start.target.framework.packages
    if packages is None:
        return {}
    known = {packages.of(file.version.text) for file in start.target.files.files}
    found: dict[str, list[AppliedRow]] = {}
    for row in table.rows:
        if row.version.is_valid and packages.of(row.version.text) not in known:
            found.setdefault(packages.of(row.version.text), []).append(row)
    return found


def _found(strange: Families, start: TargetHistory) -> list[Whereabouts]:
    """The files that rows of packages had in any history."""
    rows = [row.version for it in strange.values() for row in it]
    if not rows or not start.repository.has_commits():
        return []
    files = start.target.framework.files
    return list(find_anywhere(start.repository, rows, files, cache=start.cache).values())


def _former_names(strange: Families, start: TargetHistory, table: VersionTable) -> dict[str, str]:
    """By folder, what rows call its package: it has no rows of its own, and all of those files."""
    packages = start.target.framework.packages
    assert packages is not None  # noqa: S101  the caller has looked
    recorded = {packages.of(row.version.text) for row in table.rows if row.version.is_valid}
    there: dict[str, set[str]] = {}
    for file in start.target.files.files:
        if packages.of(file.version.text) not in recorded:
            there.setdefault(file.folder, set()).add(file.version.written)
    names = {}
    for package, rows in strange.items():
        ran = {row.version.written for row in rows}
        fitting = [folder for folder, files in there.items() if ran <= files]
        if len(fitting) == 1:
            names[fitting[0]] = package
    return names


def _without(packages: set[str], families: Families) -> dict[str, list[AppliedRow]]:
    return {package: rows for package, rows in families.items() if package not in packages}
