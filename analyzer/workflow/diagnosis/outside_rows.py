"""Rows of packages that the application installs: their migrations are in no history here."""

from collections.abc import Callable, Iterable, Mapping

from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import AppliedRow, VersionTable
from analyzer.records import replace
from analyzer.sources.git.whereabouts import find_anywhere
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.rows.environment import Environment

_SHOWN = 8
Families = Mapping[str, list[AppliedRow]]


def with_outside_rows(environment: Environment, start: TargetHistory) -> Environment:
    """Set aside the rows of packages of which no file here ever was a migration."""
    framework, table = start.target.framework, environment.table
    family = framework.store.family
    if family is None:
        return environment
    names = [file.version.text for file in start.target.files.files]
    strange = _but(set(map(family, names)), table, family)
    outside = _without(_once_here(strange, start, framework), strange)
    outside = _without(_called_otherwise(outside, names, table, family), outside)
    if not outside:
        return environment
    aside = [row for rows in outside.values() for row in rows]
    gone = {id(row) for row in aside}
    left = tuple(row for row in table.rows if id(row) not in gone)
    told = ", ".join([*outside][:_SHOWN]) + (", ..." if len(outside) > _SHOWN else "")
    note = (
        f"rows of packages whose migrations are not in this repository, which are left alone: "
        f"{len(aside)} ({told})"
    )
    notes = (*table.notes, note)
    kept = replace(table, rows=left, aside=(*table.aside, *aside), notes=notes)
    return replace(environment, table=kept)


def _but(
    known: set[str], table: VersionTable, family: Callable[[str], str]
) -> dict[str, list[AppliedRow]]:
    """The rows of packages that have no file today, by package."""
    found: dict[str, list[AppliedRow]] = {}
    for row in table.rows:
        if row.version.is_valid and family(row.version.text) not in known:
            found.setdefault(family(row.version.text), []).append(row)
    return found


def _once_here(strange: Families, start: TargetHistory, framework: Framework) -> set[str]:
    """The packages that had a file in some history."""
    rows = [row.version for it in strange.values() for row in it]
    if not rows or not start.repository.has_commits():
        return set()
    found = find_anywhere(start.repository, rows, framework.files, cache=start.cache)
    return {
        package
        for package, rows_of in strange.items()
        if any(row.version.key in found for row in rows_of)
    }


def _called_otherwise(
    strange: Families, names: Iterable[str], table: VersionTable, family: Callable[[str], str]
) -> set[str]:
    """The packages that one of today may have been called: it has no rows, and the same files."""
    recorded = {family(row.version.text) for row in table.rows if row.version.is_valid}
    today: dict[str, set[str]] = {}
    for name in names:
        if family(name) not in recorded:
            today.setdefault(family(name), set()).add(name.removeprefix(family(name)))
    return {
        package
        for package, rows in strange.items()
        if any(
            {row.version.text.removeprefix(package) for row in rows} <= it for it in today.values()
        )
    }


def _without(packages: set[str], families: Families) -> dict[str, list[AppliedRow]]:
    return {package: rows for package, rows in families.items() if package not in packages}
