"""Findings: a diagnosis with a stable code. The table below names them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analyzer.model.plans.gate_steps import Steps


class Severity(StrEnum):
    """How bad it is. Only errors and warnings make a command exit with status 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know: where, what, why it matters, how to fix it. ``line`` is one-based.

    ``command`` is what mends it, to be run as it is from the repository's root; ``steps`` are the
    same as data, where it only touches files.
    """

    code: str
    severity: Severity
    what: str
    why: str
    fix: str
    environment: str | None = None
    version: str | None = None
    path: str | None = None
    line: int | None = None
    command: str | None = None
    steps: Steps = ()


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
        "Databases that ran the old text lack what the new one adds: "
        "`rename-back --follow-up FILE` writes a migration that adds it. A note where it still "
        "does the same, or where the database has it all.",
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
    "MD122": FindingKind(
        "row without effect",
        "Nothing that the migration creates is in the database, and no migrate will make it. Let "
        "it run, or put what is missing into a migration of its own.",
    ),
    "MD123": FindingKind(
        "effect without row",
        "All that the file creates is there, but the next migrate runs it. Compare, then insert "
        "its row.",
    ),
    "MD124": FindingKind(
        "half applied",
        "Part of what the migration creates is missing, or an index of it is INVALID. Make what is "
        "missing; where rows could go, take nothing away.",
    ),
    "MD125": FindingKind(
        "the catalogue settles what rows leave open",
        "Of several migrations, the one whose objects are in the database ran. Nothing to do if "
        "that is so.",
    ),
    "MD126": FindingKind(
        "schema file names a version that no file carries",
        "A database that is loaded from it counts the wrong migrations as done. The repair brings "
        "it in line; otherwise write it anew with `db:schema:dump`.",
    ),
    "MD127": FindingKind(
        "schema file lists versions that no file carries",
        "Old names of renamed migrations, which would run again after a load: the repair brings "
        "them in line. A note where the migrations were deleted.",
    ),
    "MD128": FindingKind(
        "schema file lacks what ran",
        "A database that is loaded from it runs these migrations again. The repair brings it in "
        "line; otherwise write it anew with `db:schema:dump`.",
    ),
    "MD129": FindingKind(
        "schema file lists a version twice",
        "Loading it fails; a merge is the usual cause. Remove the second line.",
    ),
    "MD130": FindingKind(
        "the next migrate is certain to fail",
        "Do not migrate: the finding says at which file and line, who made what is in its way, and "
        "the way out.",
    ),
    "MD131": FindingKind(
        "the next migrate destroys what its text does not announce",
        "A re-run, `force: true` over rows, a drop before a create. Do not migrate: mend the file, "
        "or record its row if the database has all that it makes.",
    ),
    "MD201": FindingKind(
        "history is shallow",
        "Renames before its first commit cannot be seen. `git fetch --unshallow`, or "
        "`fetch-depth: 0` in GitHub Actions.",
    ),
    "MD204": FindingKind(
        "migrations left out by a sparse checkout",
        "They were read from git's index. `git sparse-checkout add FOLDER` checks them out.",
    ),
    "MD205": FindingKind(
        "history is grafted",
        "`git replace` or `info/grafts` hides commits, and with them renames. `git replace -d ID` "
        "shows them again.",
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
    "MD301": FindingKind(
        "merged migration got another version",
        "Databases that ran it would run it again, under the new version. Give it its old name "
        "back; to rename it on purpose, record that in `db/renames.toml`.",
    ),
    "MD302": FindingKind(
        "merged migration got another name",
        "The version is the same, so a migrate does not care; a rollback fails unless file and "
        "class agree. Give it its old name back. A note where only leading zeros changed.",
    ),
    "MD303": FindingKind(
        "merged migration moved to another folder",
        "If the application does not read the new folder, the migration is gone for it, and runs "
        "again where the folder belongs to another database. A note where a whole folder moved, "
        "or within one application's folders.",
    ),
    "MD304": FindingKind(
        "merged migration deleted",
        "Databases that ran it keep a row without a file; new databases lack what it did. Bring "
        "it back, and undo it in a new migration.",
    ),
    "MD305": FindingKind(
        "merged migration edited",
        "Databases that ran the old text never get what the new one adds. Put it into a new "
        "migration. A note where only comments changed or it still does the same.",
    ),
    "MD306": FindingKind(
        "version of a merged migration given to another",
        "Databases that ran the old one take the new one for done and never run it. Give the new "
        "one a version of its own.",
    ),
    "MD307": FindingKind(
        "two files with one version after the merge",
        "Rails would refuse to migrate at all. Give the new one the next free version.",
    ),
    "MD308": FindingKind(
        "two files with one class name after the merge",
        "Rails would refuse to migrate at all. Rename the new one, file and class.",
    ),
    "MD309": FindingKind(
        "class does not match the file name",
        "Rails looks for the class that the file name tells, and stops. Make them agree.",
    ),
    "MD310": FindingKind(
        "illegal file name in the change",
        "Rails would refuse to migrate at all. Only lower case letters, digits and `_` are "
        "allowed.",
    ),
    "MD311": FindingKind(
        "arrives late: older than the newest on the base",
        "Databases that are up to date run it after newer ones, new databases before them. A "
        "warning where the order matters, a note where it is not seen to. Give it a new version.",
    ),
    "MD312": FindingKind(
        "new migration dated in the future",
        "Everything made until then arrives late, and Rails 7.2 and newer may refuse it. Give it "
        "today's date.",
    ),
    "MD313": FindingKind(
        "new migration with a malformed timestamp",
        "A timestamp has 14 digits and is a date. Of another length, it sorts before or after all "
        "others. A note where only the date does not exist.",
    ),
    "MD314": FindingKind(
        "schema file not in line with the migrations",
        "A database that is loaded from it would run migrations again, or never. Migrate, and "
        "commit the schema file with the migrations. A note where it only lacks the new ones.",
    ),
    "MD315": FindingKind(
        "needs what only a later migration creates",
        "It fails on every new database. Give it a version after the one that it needs.",
    ),
    "MD316": FindingKind(
        "collides with another open branch",
        "Each is fine alone; merged together they share a version, a class name or a table. "
        "Change one of them before the second is merged.",
    ),
    "MD317": FindingKind(
        "allowance without reason or use",
        "A `migdoctor:allow CODE reason` or a recorded rename must say why, and must allow "
        "something. Complete it or take it away.",
    ),
    "MD318": FindingKind(
        "new symbolic link in a migration folder",
        "Rails runs what it points to, wherever that is; migdoctor does not follow it. Put the "
        "file itself into the folder.",
    ),
    "MD319": FindingKind(
        "new migration fails on an up-to-date database",
        "What it makes is there already, or what it needs is not. Take it away if its work is "
        "merged, or ask first whether it is there.",
    ),
    "MD320": FindingKind(
        "new migration destroys what its text does not say",
        "`force: true` over a table that is there, a drop before a create, an overwriting update: "
        "rows are lost without a warning. Make only what is not there yet.",
    ),
}
