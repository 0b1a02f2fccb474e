"""Repeatable migrations: ``R__views.sql`` runs after all others whenever its checksum changed.

Source: MigrationInfoImpl.java and MigrationInfoServiceImpl.java, 7.15.
"""

import re
from collections.abc import Callable, Sequence

from analyzer.frameworks.flyway.store import checksum_of, failed, rank_of
from analyzer.frameworks.ports.repeats import Repeats
from analyzer.model.core.migration import FileSet, IgnoredFile, MigrationFile, MigrationName
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version

_FILE = re.compile(r"R__(?P<slug>.+)\.sql", re.DOTALL)
_LAST = (1 << 62,)  # after every version
_LOST = (
    "Detected applied migration not resolved locally: {}. If you removed this migration "
    "intentionally, run repair to mark the migration as deleted."
)
_FAILED = (
    "Detected failed repeatable migration: {}. Please remove any half-completed changes then run "
    "repair to fix the schema history."
)


def repeats(files: FileSet, rows: Sequence[TableRow], content: Callable[[str], bytes]) -> Repeats:
    """Those without a row, or whose text is not the one that ran last, by description."""
    there = _by_description(files)
    ran = _last_rows(rows)
    for description, row in sorted(ran.items()):
        if failed(row):
            return Repeats(refuses=_FAILED.format(description))
        if description not in there:
            return Repeats(refuses=_LOST.format(description))
    due = (
        _as_migration(description, file)
        for description, file in sorted(there.items())
        if description not in ran
        or ran[description].columns.get("checksum") != checksum_of(content(file.blob))
    )
    return Repeats(tuple(due))


def _by_description(files: FileSet) -> dict[str, IgnoredFile]:
    found = ((it, _FILE.fullmatch(it.path.rpartition("/")[2])) for it in files.ignored if it.blob)
    return {told["slug"].replace("_", " "): it for it, told in found if told is not None}


def _last_rows(rows: Sequence[TableRow]) -> dict[str, TableRow]:
    """The newest row of each description; what was deleted since is none."""
    last: dict[str, TableRow] = {}
    for row in sorted(rows, key=rank_of):
        kind = row.columns.get("type") or "SQL"
        if not row.version and kind in ("SQL", "JDBC", "DELETE"):
            last[row.columns.get("description") or ""] = row
    return {it: row for it, row in last.items() if row.columns.get("type") != "DELETE"}


def _as_migration(description: str, file: IgnoredFile) -> MigrationFile:
    version = Version((*_LAST, description), description)
    return MigrationFile(file.path, MigrationName(version, description, "", ""), file.blob)
