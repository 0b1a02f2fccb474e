"""MD306: a new migration has a version that a merged one had."""

from collections.abc import Iterator

from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Squash
from analyzer.model.words.wording import listed


def _check(review: Review) -> Iterator[Finding]:
    change, changes, new = review.change, review.change.changes, review.new
    merged = set(changes.merged)
    left = {file.version.key for file in merged - set(new.files)}
    start = change.sides.start.files
    before = {file.version.key: file for file in start if file.version.key not in left}
    own = {moved.new.path: moved.old for moved in changes.moved}
    for file in new.files:
        old = before.get(file.version.key)
        if old is None or own.get(file.path) == old or old in merged:
            continue
        if file.path in new.squashes:
            if new.squashes[file.path].sound:
                yield _takes_over(new.squashes[file.path], old)
            continue
        new.corrections[file.path].renumber = True
        yield TAKEN_VERSION.finding(
            what=f"{file.path} has the version {file.version}, which was {old.basename}",
            why=f"a database that ran {old.basename} has the version recorded, so "
            f"{change.migrate} counts {file.basename} as done and never runs it",
            fix="give the new migration a version that was never used",
            version=file.version.text,
            path=file.path,
            line=1,
        )


def _takes_over(squash: Squash, old: MigrationFile) -> Finding:
    file = squash.file
    if squash.beyond:
        more = f"index {listed(squash.beyond, len(squash.beyond))}"
        return TAKEN_VERSION.finding(
            severity=Severity.WARNING,
            what=f"{file.path} takes over the version {file.version} of {old.basename}, and makes "
            f"more than was merged: {more}",
            why="databases that have the merged migrations count it as done and never get that; "
            "new databases do, so they differ",
            fix="make it in a migration of its own, with if_not_exists: true",
            version=file.version.text,
            path=file.path,
            line=1,
        )
    return TAKEN_VERSION.finding(
        severity=Severity.NOTE,
        what=f"{file.path} takes over the version {file.version} of {old.basename}",
        why="everything it creates exists on every database that has the merged migrations: they "
        "treat it as done, which is right; new ones run it",
        fix="leave it as it is",
        version=file.version.text,
        path=file.path,
        line=1,
    )


TAKEN_VERSION = GateRule(
    code="MD306",
    name="version-of-merged-migration-taken",
    severity=Severity.ERROR,
    title="version of a merged migration given to another",
    why="Databases that ran the old one count the new one as done and never run it.",
    fix="Give the new one a version of its own.",
    bad="renamed: 001_create_songs.rb -> 002_create_songs.rb\nnew: 001_create_artists.rb",
    good="new: 002_create_artists.rb",
    check=_check,
)
