"""MD311: a new migration is older than the newest on the base."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from analyzer.analysis.gate.new_files import lying_in
from analyzer.analysis.gate.reviewed_change import Review, ReviewedChange
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.gate.rules.too_early import TOO_EARLY
from analyzer.analysis.order.late_order import late_outcome, late_severity
from analyzer.frameworks.revision_graph import coming_after
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Late
from analyzer.records import replace


def _check(review: Review) -> Iterator[Finding]:
    """Say which new migrations come late, and whether that matters."""
    yield from _backwards(review.change)
    change, new = review.change, review.new
    in_wrong_order = review.paths_with(TOO_EARLY.code)
    for folders in change.groups:
        base = lying_in(change.sides.tip.files, folders)
        newest = max(base, key=lambda file: file.version.key, default=None)
        for file in lying_in(change.changes.added, folders):
            if file.path in in_wrong_order or new.corrections[file.path].renumber:
                continue  # it gets another version anyway
            newer = _newer(file, base, change)
            if newest is None or not newer or file.path in new.squashes:
                continue  # in order, or no other order is told; nobody runs a squash late
            if _changes_nothing(file, folders, change):
                yield _idle(file, newest)
                continue
            new.corrections[file.path].renumber = True
            if change.framework.preconditions.skips_late:
                yield _stops(file, newest, _SKIPS, change.framework.commands.title)
            elif change.framework.preconditions.refuses_late:
                yield _stops(file, newest, _REFUSES, change.framework.commands.title)
            else:
                yield _finding(file, newest, newer, change.texts.read_late(file, newer))


def _newer(
    file: MigrationFile, base: Sequence[MigrationFile], change: ReviewedChange
) -> list[MigrationFile]:
    """The merged migrations that come after it; by the texts where these name what is before."""
    newer = [one for one in base if one.version > file.version]
    if not newer or file.name.parents is None:
        return newer
    after = coming_after(file.version.text, (it.name for it in change.changes.merged))
    return [one for one in newer if one.version.text in after]


def _changes_nothing(file: MigrationFile, folders: frozenset[str], change: ReviewedChange) -> bool:
    """Whether it does nothing: at its place in a new database, and in one that has all the others.

    A follow-up is such a one: it adds what a database lacks that ran an earlier text.
    """
    rules = change.framework.preconditions
    if rules.skips_late or rules.refuses_late:
        return False
    moved = {it.old.path: replace(it.new, path=it.old.path) for it in change.changes.moved}
    merged = [moved.get(it.path, it) for it in lying_in(change.sides.tip.files, folders)]
    whole = sorted(merged, key=lambda it: it.version)
    before = [it for it in whole if it.version < file.version]
    return all(change.merged_database(ran, [file]).does_nothing(file) for ran in (before, whole))


def _backwards(change: ReviewedChange) -> Iterator[Finding]:
    """New files whose versions, which a list tells, fall where their names rise.

    The later one never runs where the earlier one was deployed first.
    """
    keys = change.framework.keys
    if keys is None or keys.journal is None or not change.framework.preconditions.skips_late:
        return
    for folders in change.groups:
        added = sorted(lying_in(change.changes.added, folders), key=lambda file: file.path)
        for one, other in pairwise(added):
            if other.version < one.version:
                yield LATE.finding(
                    what=f"{other.path} is older than {one.basename}, which comes before it",
                    why=_SKIPS.format(newest=one.basename, title=change.framework.commands.title),
                    fix="give it a version after that one",
                    version=other.version.text,
                    path=other.path,
                    line=1,
                )


_SKIPS = (
    "databases that have {newest} never run it, and {title} says nothing: it goes on from the "
    "newest version that ran; new databases run it"
)
_REFUSES = (
    "databases that have {newest} would have to run it after a newer one, and {title} refuses "
    "that: "
    "nothing at all runs there until it has another version; new databases run it"
)


def _stops(file: MigrationFile, newest: MigrationFile, why: str, title: str) -> Finding:
    return LATE.finding(
        severity=Severity.ERROR,
        what=f"{file.path} is older than {newest.basename}, which is merged",
        why=why.format(newest=newest.basename, title=title),
        fix="give it a version after the newest",
        version=file.version.text,
        path=file.path,
        line=1,
    )


def _idle(file: MigrationFile, newest: MigrationFile) -> Finding:
    return LATE.finding(
        severity=Severity.NOTE,
        what=f"{file.path} is older than {newest.basename}, which is merged",
        why="it does nothing where the migrations before it have run, so its position makes no "
        "difference there; databases that ran other texts get what they lack",
        fix="nothing",
        version=file.version.text,
        path=file.path,
        line=1,
    )


def _finding(
    file: MigrationFile, newest: MigrationFile, newer: Sequence[MigrationFile], late: Late
) -> Finding:
    return LATE.finding(
        severity=late_severity(late),
        what=f"{file.path} is older than {newest.basename}, which is merged",
        why=_why(file, newer, late),
        fix="give it a version after the newest" + ("" if late.ties else ", if you can"),
        version=file.version.text,
        path=file.path,
        line=1,
    )


def _why(file: MigrationFile, newer: Sequence[MigrationFile], late: Late) -> str:
    outcome = late_outcome(late)
    if late.ties:
        tie = late.ties[0]
        other = tie.after if tie.before == file.path else tie.before
        return (
            f"databases that have {other.rpartition('/')[2]} run it afterwards, new ones before: "
            f"{outcome}"
        )
    others = f"{len(newer)} migrations that are" if len(newer) > 1 else "one that is"
    return f"databases that are up to date run it after {others} newer, new ones before; {outcome}"


LATE = GateRule(
    code="MD311",
    name="late-migration",
    severity=Severity.WARNING,
    title="arrives late: older than the newest on the base",
    why="Databases that are up to date run it after newer ones, new databases before "
    "them. A warning where the order matters, a note where it does not seem to, or where the file "
    "does nothing on a database that has what comes before it; an error where the framework never "
    "runs it once a newer one ran (golang-migrate, Drizzle) or refuses to start "
    "(Flyway, goose, Supabase, Kysely, node-pg-migrate).",
    fix="Give it a new version.",
    bad="merged: 20250301000000_rename_title.rb\nnew: 20250201000000_change_title.rb",
    good="merged: 20250301000000_rename_title.rb\nnew: 20250302000000_change_title.rb",
    check=_check,
)
