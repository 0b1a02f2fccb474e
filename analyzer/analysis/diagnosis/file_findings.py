"""Findings that the files' names give: what stops or surprises the next migrate."""

from collections.abc import Iterable, Iterator

from analyzer.frameworks.base import Conflict, Framework
from analyzer.model.core.migration import FileSet, MigrationFile, WhyIgnored
from analyzer.model.core.version import VersionKey
from analyzer.model.core.wording import listed
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FilePending,
    RowMatched,
    RowRenamed,
)
from analyzer.model.findings.finding import Finding, Severity

_NAMED = 20  # files in a sentence


def find_in_files(
    files: FileSet, diagnosis: Diagnosis, environment: str, framework: Framework, today: str
) -> Iterator[Finding]:
    """Say what the file names mean for the next migrate, in path order within each kind."""
    migrate, words = framework.commands.migrate, framework.preconditions
    yield from _duplicates(words.conflicts(files.files), framework)
    yield from _illegal(files, migrate, words.illegal_names)
    yield from _linked(files, migrate)
    newest = _newest_applied(diagnosis)
    for verdict in diagnosis.files:
        if isinstance(verdict, FilePending):
            yield from _pending(verdict.file, newest, environment, migrate)
        severity = Severity.NOTE if isinstance(verdict, FileApplied) else Severity.WARNING
        yield from _odd_timestamp(verdict.file, severity, today, framework)


def _duplicates(conflicts: Iterable[Conflict], framework: Framework) -> Iterator[Finding]:
    shared_so = framework.preconditions.shared("they do")
    for kind, group in conflicts:
        names = listed((file.basename for file in group), _NAMED, " and ")
        shared = (
            f"version {framework.numbering.bare(group[0].version)}"
            if kind == "version"
            else f"class name {group[0].name.class_name}"
        )
        yield Finding(
            "MD110" if kind == "version" else "MD111",
            Severity.ERROR,
            what=f"{names} share the {shared}",
            why=f"{framework.commands.migrate} {shared_so}",
            fix="give the one that never ran anywhere another name"
            if kind == "class"
            else "give the one that never ran anywhere the next free version",
            version=group[-1].version.text,
            path=group[-1].path,
        )


def _illegal(files: FileSet, migrate: str, legal: str) -> Iterator[Finding]:
    for ignored in files.ignored:
        if ignored.why is WhyIgnored.ILLEGAL_NAME:
            yield Finding(
                "MD114",
                Severity.ERROR,
                what=f"{ignored.path!r} is not a legal migration name",
                why=f"{migrate} refuses to start: {legal}",
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


def _newest_applied(diagnosis: Diagnosis) -> VersionKey | None:
    known = [
        row.row.version.key for row in diagnosis.rows if isinstance(row, RowMatched | RowRenamed)
    ]
    return max(known, default=None)


def _pending(
    file: MigrationFile, newest: VersionKey | None, environment: str, migrate: str
) -> Iterator[Finding]:
    if newest is None or file.version.key > newest:
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


def _odd_timestamp(
    file: MigrationFile, severity: Severity, today: str, framework: Framework
) -> Iterator[Finding]:
    numbering, late = framework.numbering, framework.preconditions.late
    moment = numbering.moment(file.version)
    if moment is not None and moment > today:
        yield Finding(
            "MD116",
            severity,
            what=f"{file.basename} is dated in the future",
            why=f"every migration made until then sorts before it{late}",
            fix="if it never ran anywhere, give it today's date",
            version=file.version.text,
            path=file.path,
        )
    digits = numbering.odd_length(file.version)
    if digits is not None:
        yield Finding(
            "MD115",
            severity,
            what=f"{file.basename} has {digits} digits where a timestamp has 14",
            why="it sorts before or after all others, whatever its date",
            fix="if it never ran anywhere, correct the number",
            version=file.version.text,
            path=file.path,
        )
