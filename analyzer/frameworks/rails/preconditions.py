"""What Rails refuses before the first migration, and before each, in its own words."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.integer_versions import bare, read
from analyzer.frameworks.set_of_rows import RUNS_AGAIN
from analyzer.model.core.migration import FileSet, MigrationFile, WhyIgnored
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.frameworks.ports.methods import Methods
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import Failure, NextRun

illegal_names = "only lower case letters, digits and '_' are allowed"
unreadable = "ruby -c"
mismatch = "stops with a NameError"
while_shared = "refuses to run"
lost_file = "a rollback past it fails"
no_version = "reads it as 0"
renamed = RUNS_AGAIN
misleads = ""
skips_late = refuses_late = False
other_name = "; a rollback or a checkout of an older commit does if the class name does not match"
link = "Rails follows it and runs what it points to"
late = ", and Rails 7.2 and newer may refuse it"


def shared(said: str) -> str:
    """What Rails does while files share a version or a class name."""
    return f"refuses to start while {said}; nothing at all would run"


def methods() -> "Methods":
    """What the methods of a migration refuse, and how they find what they are told."""
    from analyzer.frameworks.rails import methods  # where something is predicted

    return methods


def conflicts(files: Sequence[MigrationFile]) -> Iterator[tuple[str, list[MigrationFile]]]:
    """Files that share a version ("version") or a class name ("class"), which stops a migrate."""
    for kind in ("class", "version"):
        groups: dict[object, list[MigrationFile]] = defaultdict(list)
        for file in files:
            groups[file.name.class_name if kind == "class" else file.version.key].append(file)
        for group in groups.values():
            if len(group) > 1:
                yield kind, group


def next_run(files: FileSet, rows: Sequence[TableRow], unran: Collection[str]) -> "NextRun":
    """What has no row, lowest version first; none where Rails refuses."""
    from analyzer.frameworks.set_of_rows import run_of_set
    from analyzer.records import replace

    return replace(run_of_set(files, rows, unran, read), refuses=_refusal(files))


def _refusal(files: FileSet) -> "Failure | None":
    """What makes Rails refuse before the first migration, in the order in which it looks."""
    from analyzer.model.findings.prediction import Failure

    illegal = {it.path for it in files.ignored if it.why is WhyIgnored.ILLEGAL_NAME}
    for path in sorted({*illegal, *files.forbidden}):
        if path in illegal:
            reason = f"IllegalMigrationNameError: {path}"
            return Failure(None, reason, "ActiveRecord::IllegalMigrationNameError")
        if file := next((it for it in files.files if it.path == path), None):
            reason = f"InvalidMigrationTimestampError: {file.basename} is dated after tomorrow"
            return Failure(file, reason, "ActiveRecord::InvalidMigrationTimestampError")
    for kind, group in conflicts(files.files):
        error, reason = _conflict(kind, group)
        return Failure(group[-1], f"{error}: {reason}", f"ActiveRecord::{error}")
    return None


def _conflict(kind: str, group: Sequence[MigrationFile]) -> tuple[str, str]:
    names = " and ".join(file.basename for file in group)
    if kind == "class":
        shared = f"{names} share the name {group[0].name.class_name}"
        return "DuplicateMigrationNameError", shared
    return "DuplicateMigrationVersionError", f"{names} share version {bare(group[0].version)}"


def stop(
    file: MigrationFile, parsed: "Parsed", _before: Sequence[MigrationFile]
) -> tuple[str, str, int] | None:
    """Rails looks for the class that the file's name tells, when the migration's turn comes.

    Returns: the error, what it says, and the line.
    """
    wanted = file.name.class_name
    if not wanted or not parsed.defines or parsed.problems:
        return None
    if wanted.lower() in {name.lower() for name in parsed.defines}:  # acronyms: API is Api
        return None
    known = parsed.class_name or min(parsed.defines)
    said = f"uninitialized constant {wanted} (the file defines {known})"
    return "NameError", said, parsed.class_line or 1
