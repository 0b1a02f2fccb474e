"""Findings that the files' names give: what stops or surprises the next migrate."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analyzer.model.core.migration import FileSet, MigrationFile, WhyIgnored
from analyzer.model.core.wording import listed
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FilePending,
    RowMatched,
    RowRenamed,
)
from analyzer.model.findings.finding import Finding, Severity

TIMESTAMP_DIGITS = 14
LONGEST_SEQUENCE = 8  # up to here a number is one of a sequence (001, 002), not a date
_NAMED = 20  # files in a sentence


def find_in_files(
    files: FileSet, diagnosis: Diagnosis, environment: str, migrate: str, today: str
) -> Iterator[Finding]:
    """Say what the file names mean for the next migrate, in path order within each kind."""
    yield from _duplicates(files.files, migrate)
    yield from _illegal(files, migrate)
    yield from _linked(files, migrate)
    newest = _newest_applied(diagnosis)
    for verdict in diagnosis.files:
        if isinstance(verdict, FilePending):
            yield from _pending(verdict.file, newest, environment, migrate)
        severity = Severity.NOTE if isinstance(verdict, FileApplied) else Severity.WARNING
        yield from _odd_timestamp(verdict.file, severity, today)


def duplicates(files: Sequence[MigrationFile]) -> Iterator[tuple[str, list[MigrationFile]]]:
    """Files that share a version ("version") or a class name ("class"), which stops a migrate."""
    for kind in ("class", "version"):
        groups: dict[object, list[MigrationFile]] = defaultdict(list)
        for file in files:
            groups[file.name.class_name if kind == "class" else file.version.number].append(file)
        for group in groups.values():
            if len(group) > 1:
                yield kind, group


def _duplicates(files: Sequence[MigrationFile], migrate: str) -> Iterator[Finding]:
    for kind, group in duplicates(files):
        names = listed((file.basename for file in group), _NAMED, " and ")
        shared = (
            f"version {group[0].version.number}"
            if kind == "version"
            else f"class name {group[0].name.class_name}"
        )
        yield Finding(
            "MD110" if kind == "version" else "MD111",
            Severity.ERROR,
            what=f"{names} share the {shared}",
            why=f"{migrate} refuses to start while they do; nothing at all would run",
            fix="give the one that never ran anywhere another name"
            if kind == "class"
            else "give the one that never ran anywhere the next free version",
            version=group[-1].version.text,
            path=group[-1].path,
        )


def _illegal(files: FileSet, migrate: str) -> Iterator[Finding]:
    for ignored in files.ignored:
        if ignored.why is WhyIgnored.ILLEGAL_NAME:
            yield Finding(
                "MD114",
                Severity.ERROR,
                what=f"{ignored.path!r} is not a legal migration name",
                why=f"{migrate} refuses to start: only lower case letters, digits and '_' are "
                "allowed",
                fix="rename it, or move it out of the folder",
                path=ignored.path,
            )


def _linked(files: FileSet, migrate: str) -> Iterator[Finding]:
    for ignored in files.ignored:
        if ignored.why is WhyIgnored.SYMLINK:
            yield Finding(
                "MD203",
                Severity.WARNING,
                what=f"{ignored.path!r} is a symbolic link and was not looked at",
                why=f"{migrate} follows it and runs what it points to",
                fix="put the file itself into the folder",
                path=ignored.path,
            )


def _newest_applied(diagnosis: Diagnosis) -> int | None:
    known = [
        row.row.version.number for row in diagnosis.rows if isinstance(row, RowMatched | RowRenamed)
    ]
    return max(known, default=None)


def _pending(
    file: MigrationFile, newest: int | None, environment: str, migrate: str
) -> Iterator[Finding]:
    if newest is None or file.version.number > newest:
        yield Finding(
            "MD108",
            Severity.NOTE,
            what=f"{file.basename} has not run yet",
            why=f"the next {migrate} runs it",
            fix="nothing, if it is meant to run",
            environment=environment,
            version=file.version.text,
            path=file.path,
        )
        return
    yield Finding(
        "MD109",
        Severity.WARNING,
        what=f"{file.basename} has not run yet, but newer migrations have",
        why=f"{migrate} runs it after them, while a database built from zero runs it before: "
        "the two may end up different",
        fix="if it never ran anywhere, give it a new version; otherwise make sure that order "
        "does not matter",
        environment=environment,
        version=file.version.text,
        path=file.path,
    )


def _odd_timestamp(file: MigrationFile, severity: Severity, today: str) -> Iterator[Finding]:
    digits = str(file.version.number)
    if len(digits) == TIMESTAMP_DIGITS and digits > today:
        yield Finding(
            "MD116",
            severity,
            what=f"{file.basename} is dated in the future",
            why="every migration made until then sorts before it, and Rails 7.2 and newer may "
            "refuse it",
            fix="if it never ran anywhere, give it today's date",
            version=file.version.text,
            path=file.path,
        )
    if len(digits) > LONGEST_SEQUENCE and len(digits) != TIMESTAMP_DIGITS:
        yield Finding(
            "MD115",
            severity,
            what=f"{file.basename} has {len(digits)} digits where a timestamp has 14",
            why="it sorts before or after all others, whatever its date",
            fix="if it never ran anywhere, correct the number",
            version=file.version.text,
            path=file.path,
        )
