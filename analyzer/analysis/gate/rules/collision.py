"""MD316: two open branches are fine alone, and not together."""

from collections.abc import Iterator, Mapping

from analyzer.analysis.gate.new_files import NewFiles
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import OtherBranch

Creates = Mapping[str, frozenset[str]]  # the tables that each of our new files creates, by path


def _check(review: Review) -> Iterator[Finding]:
    """Say which new files collide with those of another branch, each pair once."""
    new, others = review.new, review.change.others
    if not new.files or not any(other.added for other in others):
        return
    creates = review.change.texts.tables_created(new.files)
    for other in others:
        for ours in new.files:
            for theirs in other.added:
                if (ours.path, ours.blob) == (theirs.path, theirs.blob):
                    continue  # the same commit in both
                found = _collision(new, ours, theirs, other, creates)
                if found is not None:
                    yield found


def _collision(
    new: NewFiles, ours: MigrationFile, theirs: MigrationFile, other: OtherBranch, creates: Creates
) -> Finding | None:
    correction = new.corrections[ours.path]
    if ours.version == theirs.version:
        correction.renumber = True
        shared, fix = f"the version {ours.version}", "give this one the next free version"
    elif ours.name.class_name == theirs.name.class_name:
        correction.drop = True
        shared = f"the class name {ours.name.class_name}"
        fix = "keep one of the two: remove this one, or rename file and class"
    else:
        tables = creates.get(ours.path, frozenset()) & other.creates.get(theirs.path, frozenset())
        if not tables:
            return None
        correction.drop = True
        shared = f"the table {min(tables)}, which both create"
        fix = "keep one of the two: remove this one, or let it change the other's table"
    return COLLISION.finding(
        what=f"{ours.path} and {theirs.path} of {other.name} share {shared}",
        why="each is fine alone; when the second is merged, migrating stops with an error",
        fix=fix,
        version=ours.version.text,
        path=ours.path,
        line=1,
    )


COLLISION = GateRule(
    code="MD316",
    name="collides-with-open-branch",
    severity=Severity.ERROR,
    title="collides with another open branch",
    why="Each is fine alone; merged together they share a version, a class name or a table.",
    fix="Change one of them before the second is merged.",
    bad="this change: 003_create_songs.rb\nother branch: 003_create_artists.rb",
    good="this change: 004_create_songs.rb\nother branch: 003_create_artists.rb",
    check=_check,
)
