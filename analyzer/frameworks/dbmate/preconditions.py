"""What dbmate refuses, in its own words. It looks at one migration after the other only."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.dbmate.versions import read
from analyzer.frameworks.ports.preconditions import Conflict
from analyzer.frameworks.set_of_rows import RUNS_AGAIN
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun

illegal_names = "a name is digits, anything, .sql"
unreadable = "run it on a copy of this database"
late = ", and dbmate up --strict refuses that"
mismatch = "runs it anyway"
while_shared = "keeps one row for both"
lost_file = "a rollback skips it and takes another one back"
no_version = "has no file for it"
renamed = RUNS_AGAIN
misleads = ""
skips_late = refuses_late = False
other_name = ""
link = "dbmate follows it and runs what it points to"
_DOUBLED = (
    'duplicate key value violates unique constraint "schema_migrations_pkey" (its version is '
    "recorded already, by {})"
)


def shared(said: str) -> str:
    """What dbmate does while files share a version."""
    return f"never runs the second of them once the first is recorded, or stops there, while {said}"


def methods() -> None:
    """Migrations are SQL."""


def conflicts(files: Sequence[MigrationFile]) -> Iterator[Conflict]:
    """Files that share a version: one of them is never run."""
    groups: dict[object, list[MigrationFile]] = defaultdict(list)
    for file in files:
        groups[file.version.key].append(file)
    yield from (("version", group) for group in groups.values() if len(group) > 1)


def next_run(files: FileSet, rows: Sequence[TableRow], unran: Collection[str]) -> "NextRun":
    """What has no row, in the order of file names; nothing makes dbmate refuse."""
    from analyzer.frameworks.set_of_rows import run_of_set

    return run_of_set(files, rows, unran, read)


def stop(
    file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
) -> tuple[str, str, int] | None:
    """A text without the sections that dbmate wants, and a version that this run recorded."""
    for problem in parsed.problems:
        if problem.what.startswith("dbmate "):
            return "Error", problem.what, problem.line
    first = next((it for it in before if it.version == file.version), None)
    if first is not None:
        return "pq", _DOUBLED.format(first.basename), 1
    return None
