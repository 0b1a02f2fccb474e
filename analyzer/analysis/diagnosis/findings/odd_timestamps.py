"""Timestamps that are no dates, or lie in the future."""

from collections.abc import Iterator

from analyzer.analysis.diagnosis.findings.pending_files import IF_NEVER_RAN
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
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
    why="Everything created before that date sorts before it.",
    fix="Give it today's date if it never ran anywhere.",
    bad="20990101000000_create_songs.rb",
    good="20250101000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.odd_timestamps.find_odd_timestamps",
)


def find_odd_timestamps(
    file: MigrationFile, severity: Severity, today: str, framework: Framework
) -> Iterator[Finding]:
    """Say what is odd about a file's timestamp.

    Args: severity: milder where it has run.  today: the moment as 14 digits, UTC.
    """
    numbering = framework.numbering
    moment = numbering.moment(file.version)
    if moment is not None and moment > today:
        yield IN_FUTURE.finding(
            severity=severity,
            what=f"{file.basename} is dated in the future",
            why=f"every migration created before that date sorts before "
            f"it{framework.preconditions.late}",
            fix=f"{IF_NEVER_RAN}give it today's date",
            version=file.version.text,
            path=file.path,
        )
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
