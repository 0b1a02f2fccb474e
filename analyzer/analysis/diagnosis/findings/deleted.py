"""Migrations that ran and are gone from the code."""

from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import RowDeleted
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.shell_word import shell_word

if TYPE_CHECKING:
    from analyzer.frameworks.ports.preconditions import Preconditions


SHORT = 10  # digits of a commit id that a reader needs
DELETED = Rule(
    code="MD103",
    name="deleted-after-it-ran",
    severity=Severity.WARNING,
    title="deleted after it ran",
    why="No current file is this migration.",
    fix="If that was a mistake, restore it with the finding's `git checkout`; if not, leave the "
    "row: it does no harm. A note where no new database misses what it did: another file "
    "makes it (a squash), or it only changed rows.",
    bad="row  20250101000000\nno file; commit 5f0c7d9a12 is the last that has one",
    good="git checkout 5f0c7d9a12 -- db/migrate/20250101000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.deleted.about_deleted",
)


LACKING = ", and a database built from scratch will lack what it did unless another file does it"
"""The end of the reason, where nothing shows that new databases miss nothing."""


def about_deleted(row: RowDeleted, environment: str, rules: "Preconditions") -> Finding:
    """Say where the migration of a row was last seen, and how to bring it back."""
    seen = row.last_seen
    file, commit = seen.file, seen.commit[:SHORT]
    where = f" on {seen.ref}" if seen.ref else ""
    return DELETED.finding(
        what=f"{file.basename} ran and is gone from the code",
        why=f"commit {commit}{where} is the last that has it; {rules.lost_file}{LACKING}",
        fix=f"if it was deleted by mistake: {restore_command(file, seen.commit)}",
        environment=environment,
        version=row.row.version.text,
        path=file.path,
    )


def restore_command(file: MigrationFile, commit: str) -> str:
    """The command that brings a deleted file back."""
    return f"git checkout {commit[:SHORT]} -- {shell_word(file.path)}"
