"""Files that have not run yet, in order or late."""

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule

PENDING = Rule(
    code="MD108",
    name="pending",
    severity=Severity.NOTE,
    title="pending",
    why="The next migrate runs it.",
    fix="Nothing to do.",
    bad="newest row  20250101000000\nfile        20250201000000_create_songs.rb",
    good="newest row  20250201000000\nfile        20250201000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.pending_files.about_pending",
)
PENDING_LATE = Rule(
    code="MD109",
    name="pending-but-older",
    severity=Severity.WARNING,
    title="arrives late: pending, but older than the newest applied",
    why="It runs after migrations that sort after it; a database built from scratch runs "
    "it before them. A note where that makes no difference, or none that can be read.",
    fix="Give it a new version if it never ran anywhere; if it is merged, record that with "
    "`migdoctor check --write-renames`, so that the gate lets it pass.",
    bad="newest row  20250301000000\nfile        20250201000000_create_songs.rb, not run",
    good="newest row  20250301000000\nfile        20250302000000_create_songs.rb, not run",
    found_by="analyzer.analysis.diagnosis.findings.pending_files.about_pending",
)

IF_NEVER_RAN = "if it never ran anywhere, "
"""What only somebody can answer who knows all environments, before what is to be done then."""


def is_late(file: MigrationFile, newest: VersionKey | None) -> bool:
    """Whether a pending file sorts before what ran.

    One that names those that it comes after has no other order: what ran before those that come
    after it, the framework refuses itself.

    Args: newest: the newest version that ran; None where nothing did.
    """
    return newest is not None and file.name.parents is None and file.version.key <= newest


def about_pending(
    file: MigrationFile, newest: VersionKey | None, environment: str, migrate: str
) -> Finding:
    """Say that a file has not run yet, and whether it comes late.

    Args: newest: the newest version that ran; None where nothing did.
    """
    if not is_late(file, newest):
        return PENDING.finding(
            what=f"{file.basename} has not run yet",
            why=f"the next {migrate} runs it",
            fix="nothing, if it is meant to run",
            environment=environment,
            version=file.version.text,
            path=file.path,
        )
    return PENDING_LATE.finding(
        what=f"{file.basename} has not run yet, but newer migrations have",
        why=f"{migrate} runs it after them, while a database built from scratch runs it before: "
        "the two may end up different",
        fix=f"{IF_NEVER_RAN}give it a new version; otherwise make sure that order does not matter",
        environment=environment,
        version=file.version.text,
        path=file.path,
    )
