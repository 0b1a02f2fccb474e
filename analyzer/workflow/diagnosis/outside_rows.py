"""Rows of packages that the application installs: their migrations are in no history here."""

from collections.abc import Callable, Iterable, Mapping

from analyzer.model.core.version_table import AppliedRow, VersionTable
from analyzer.records import replace
from analyzer.sources.git.whereabouts import Whereabouts, find_anywhere
from analyzer.workflow.reading.rows.environment import Environment
from analyzer.workflow.reading.target.target_history import TargetHistory

_SHOWN = 8
Families = Mapping[str, list[AppliedRow]]


def with_former_folders(start: TargetHistory, environment: Environment) -> TargetHistory:
    """The history with the folders of packages that are gone, as far as rows come from there."""
    framework, family = start.target.framework, start.target.framework.store.family
    if family is None:
        return start
    names = (file.version.text for file in start.target.files.files)
    strange = _but(set(map(family, names)), environment.table, family)
    homes = {framework.files.home(it.path) for it in _found(strange, start)}
    folders = {home.folder for home in homes if home is not None} - {*start.folders}
    if not folders:
        return start
    siblings = (*start.target.siblings, *sorted(folders))
    target = replace(start.target, siblings=siblings)
    return TargetHistory(start.repository, target, cache=start.cache)


def with_outside_rows(environment: Environment, start: TargetHistory) -> Environment:
    """Set aside the rows of packages of which no file here ever was a migration."""
    framework, table = start.target.framework, environment.table
    family = framework.store.family
    if family is None:
        return environment
    names = [file.version.text for file in start.target.files.files]
    strange = _but(set(map(family, names)), table, family)
    here = {family(it.name.version.text) for it in _found(strange, start)}
    outside = _without(here, strange)
    outside = _without(_called_otherwise(outside, names, table, family), outside)
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


def _but(
    known: set[str], table: VersionTable, family: Callable[[str], str]
) -> dict[str, list[AppliedRow]]:
    """The rows of packages that have no file today, by package."""
    found: dict[str, list[AppliedRow]] = {}
    for row in table.rows:
        if row.version.is_valid and family(row.version.text) not in known:
            found.setdefault(family(row.version.text), []).append(row)
    return found


def _found(strange: Families, start: TargetHistory) -> list[Whereabouts]:
    """The files that rows of packages had in any history."""
    rows = [row.version for it in strange.values() for row in it]
    if not rows or not start.repository.has_commits():
        return []
    files = start.target.framework.files
    return list(find_anywhere(start.repository, rows, files, cache=start.cache).values())


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
