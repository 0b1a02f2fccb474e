"""Findings about the schema file: it must have been written after the change's migrations ran."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.gate_numbers import TIMESTAMP_DIGITS
from analyzer.model.finding import Finding, Severity
from analyzer.model.gate import Changes, SchemaFacts
from analyzer.model.migration import MigrationFile


def find_in_schema_file(
    changes: Changes, files: Sequence[MigrationFile], before: SchemaFacts, now: SchemaFacts,
    migrate: str,
) -> Iterator[Finding]:  # fmt: skip
    """Say whether the change and its schema file tell the same.

    Args:
        files: the application's migrations with the change.  before, now: what the schema file
            said on both sides of the change.
    """
    added = [file for file in files if file in changes.added]
    numbers = {file.version.number for file in files}
    left = {one.old.version.number for one in changes.moved} | {
        file.version.number for file in changes.deleted
    }
    if now.versions is not None:
        missing = [file for file in added if file.version.number not in now.versions]
        known = before.versions or frozenset()
        stale = sorted((now.versions - numbers) & ((now.versions - known) | left))
    else:
        newest = now.newest or 0
        missing = [file for file in added if file.version.number > newest]
        changed = now.newest != before.newest or newest in left
        stale = [newest] if changed and newest and newest not in numbers else []
    if missing:
        yield _missing(missing, now.path, migrate)
    for version in stale:
        yield _stale(version, now.path, migrate)


def _missing(files: Sequence[MigrationFile], path: str, migrate: str) -> Finding:
    names = ", ".join(file.basename for file in files[:3])
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""  # noqa: PLR2004  as shown above
    return Finding(
        "MD314", Severity.NOTE,  # a gap, but nothing that ran anywhere is lost
        what=f"{path} does not have {names}{more}",
        why=f"a database loaded from it lacks what they do, and the next {migrate} of anybody "
        "writes it into another change",
        fix=f"run bin/rails {migrate}, and commit {path} with the migrations",
        version=files[0].version.text, path=path, line=1, command=f"bin/rails {migrate}",
    )  # fmt: skip


def _stale(version: int, path: str, migrate: str) -> Finding:
    text = str(version)
    shown = text if len(text) == TIMESTAMP_DIGITS else f"{version:03d}"
    return Finding(
        "MD314", Severity.WARNING,
        what=f"{path} says that {shown} has run, and no migration has this version",
        why="the migration got another version, or was taken away, after the file was written; a "
        "database loaded from it would run it again, or keep a row without a file",
        fix="mend the migrations first, then write the file anew: bin/rails "
        f"{migrate}, and commit {path}",
        version=shown, path=path, line=1, command=f"bin/rails {migrate}",
    )  # fmt: skip
