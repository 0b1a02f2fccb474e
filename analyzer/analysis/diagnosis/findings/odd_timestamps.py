"""Timestamps that are no dates, or lie in the future."""

from collections.abc import Callable, Collection, Iterable, Iterator

from analyzer.analysis.diagnosis.findings.pending_files import IF_NEVER_RAN
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.findings.diagnosis import Diagnosis, FileApplied
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

WRONG_LENGTH = Rule(
    code="MD115",
    name="timestamp-of-wrong-length",
    severity=Severity.WARNING,
    title="timestamp of the wrong length",
    why="It sorts before or after everything else.",
    fix="Correct it if it never ran anywhere.",
    bad="202501010000000_create_songs.rb",
    good="20250101000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.odd_timestamps.find_odd_timestamps",
)
IN_FUTURE = Rule(
    code="MD116",
    name="timestamp-in-the-future",
    severity=Severity.WARNING,
    title="timestamp in the future",
    why="Everything created before that date sorts before it. Up to tomorrow nothing is said, and "
    "it is a "
    "note where what ran is dated in the future too, as it has to come after that.",
    fix="Give it today's date if it never ran anywhere.",
    bad="20990101000000_create_songs.rb",
    good="20250101000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.odd_timestamps.find_odd_timestamps",
)


Moment = Callable[[Version], str | None]


def dated_beyond(files: Iterable[MigrationFile], limit: str, moment: Moment) -> list[MigrationFile]:
    """The files dated after a moment. Args: limit: 14 digits."""
    return [file for file in files if int(moment(file.version) or 0) > int(limit)]


def dated_too_late(
    files: Collection[MigrationFile],
    before: Iterable[MigrationFile],
    tomorrow: str,
    moment: Moment,
) -> list[MigrationFile]:
    """The files that could have an earlier date: `check` and `diagnose` ask the same.

    Clocks of computers differ, and a generator gives the next free number, so that up to tomorrow
    is ordinary (Rails 7.2 and newer refuse more); beyond it only what has to come after others.

    Args: before: what is there already, after which the files have to come.
    """
    late = dated_beyond(files, tomorrow, moment)
    if not late:
        return []
    newest = max((one for one in map(moment, (it.version for it in before)) if one), default="0")
    return dated_beyond(late, str(int(newest) + len(files)), moment)


def find_future_timestamps(
    diagnosis: Diagnosis, tomorrow: str, framework: Framework
) -> Iterator[Finding]:
    """Say which files are dated beyond tomorrow: a note where they have no other date.

    Args: tomorrow: 14 digits, UTC.
    """
    moment, files = framework.numbering.moment, diagnosis.files
    ran = [it.file for it in files if isinstance(it, FileApplied)]
    waiting = [it.file for it in files if not isinstance(it, FileApplied)]
    too_late = {file.path for file in dated_too_late(waiting, ran, tomorrow, moment)}
    for file in dated_beyond((it.file for it in files), tomorrow, moment):
        forced = file not in ran and file.path not in too_late
        yield IN_FUTURE.finding(
            severity=Severity.WARNING if file.path in too_late else Severity.NOTE,
            what=f"{file.basename} is dated in the future",
            why=f"every migration created before that date sorts before "
            f"it{framework.preconditions.late}",
            fix="nothing: it has to come after what ran, which is dated in the future too"
            if forced
            else f"{IF_NEVER_RAN}give it today's date",
            version=file.version.text,
            path=file.path,
        )


def find_odd_timestamps(
    file: MigrationFile, severity: Severity, framework: Framework
) -> Iterator[Finding]:
    """Say that a file's timestamp is of the wrong length. Args: severity: milder where it ran."""
    numbering = framework.numbering
    digits = numbering.odd_length(file.version)
    if digits is not None:
        yield WRONG_LENGTH.finding(
            severity=severity,
            what=f"{file.basename} has {digits} digits where a timestamp has 14",
            why="it sorts before or after all others, whatever its date",
            fix=f"{IF_NEVER_RAN}correct the number",
            version=file.version.text,
            path=file.path,
        )
