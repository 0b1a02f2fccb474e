"""Findings: a diagnosis with a stable code. The table below names them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Only errors and warnings make a command exit with status 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know: where, what, why it matters, how to fix it. ``line`` is one-based."""

    code: str
    severity: Severity
    what: str
    why: str
    fix: str
    environment: str | None = None
    version: str | None = None
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What a code stands for: its name, and what to do about it, for the help page."""

    title: str
    help: str


CODES: Mapping[str, FindingKind] = {
    "MD101": FindingKind(
        "renamed after it ran",
        "The row has the old version, the file the new one, so the next migrate runs it again. "
        "Run `rename-back` or `rewrite`.",
    ),
    "MD102": FindingKind(
        "ambiguous rename",
        "More than one file could be the migration that ran. Compare them, then pass "
        "`--accept OLD=NEW` for the right one or `--reject OLD=NEW` for the wrong ones.",
    ),
    "MD103": FindingKind(
        "deleted after it ran",
        "No file of today is this migration. If that was a mistake, the finding's `git checkout` "
        "brings it back; if not, leave the row: it does no harm.",
    ),
    "MD104": FindingKind(
        "version reused by another migration",
        "The version ran as one migration and names another today, which the migrate takes for "
        "done and never runs. Run `rewrite` or `rename-back`, or give the new one its own version.",
    ),
    "MD105": FindingKind(
        "file name changed, version kept",
        "Harmless to a migrate. Make sure that the class was renamed together with the file, or a "
        "rollback fails.",
    ),
    "MD106": FindingKind(
        "edited after it ran",
        "Databases that ran the old text lack what the new one adds. Put it into a migration of "
        "its own. A note where it still does the same.",
    ),
    "MD107": FindingKind(
        "row without a file in any history",
        "Neither this branch, nor another ref, nor the reflog ever had a file for it. Fetch the "
        "branch it came from, or ask who deployed it.",
    ),
    "MD108": FindingKind("pending", "The next migrate runs it. Nothing to do."),
    "MD109": FindingKind(
        "arrives late: pending but older than the newest applied",
        "It runs after migrations that sort behind it; a database built from zero runs it before "
        "them. Give it a new version if it never ran anywhere.",
    ),
    "MD110": FindingKind(
        "two files with one version",
        "Rails refuses to migrate at all. Give the one that never ran anywhere the next free "
        "version.",
    ),
    "MD111": FindingKind(
        "two files with one class name",
        "Rails refuses to migrate at all; a copied file is the usual cause. Rename or remove the "
        "one that never ran anywhere.",
    ),
    "MD112": FindingKind(
        "version claimed by two migrations",
        "The finding says which of them holds the row, and why. Check it if the two were ever "
        "deployed apart.",
    ),
    "MD113": FindingKind(
        "one version stored twice",
        "A table without a primary key, or `013` beside `13`. `rewrite` deletes one of the two "
        "rows.",
    ),
    "MD114": FindingKind(
        "illegal file name",
        "Rails refuses to migrate at all. Rename the file or move it out of the folder.",
    ),
    "MD115": FindingKind(
        "timestamp of the wrong length",
        "It sorts before or after everything else. Correct it if it never ran anywhere.",
    ),
    "MD116": FindingKind(
        "timestamp in the future",
        "Everything made until then sorts before it. Give it today's date if it never ran "
        "anywhere.",
    ),
    "MD117": FindingKind(
        "row that is no version",
        "Its text begins with no digit. Rails reads it as 0. Find out who wrote it, then delete "
        "it.",
    ),
    "MD118": FindingKind(
        "renamed before it ran here",
        "Nothing to repair in this database: the next migrate runs it under its new name.",
    ),
    "MD119": FindingKind(
        "recorded under the old and the new version",
        "It ran twice, or somebody inserted the new row. `rewrite` removes the old one.",
    ),
    "MD120": FindingKind(
        "several commits explain the rows",
        "They have other migrations under the same versions, so the repairs refuse. Pass the "
        "commit that was deployed: `--deployed COMMIT`.",
    ),
    "MD121": FindingKind(
        "the given deployed commit does not fit",
        "It lacks versions that ran. Check it, or leave `--deployed` out to see which commit fits "
        "the rows best.",
    ),
    "MD201": FindingKind(
        "history is shallow",
        "Renames before its first commit cannot be seen. `git fetch --unshallow`, or "
        "`fetch-depth: 0` in GitHub Actions.",
    ),
    "MD203": FindingKind(
        "migration behind a symbolic link",
        "Rails runs what the link points to; migdoctor does not follow it. Put the file itself "
        "into the folder.",
    ),
    "MD202": FindingKind(
        "several applications",
        "The folder that fits the rows best was taken. Name the right one with `--dir` if it is "
        "another.",
    ),
}
