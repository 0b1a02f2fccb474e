"""MD304: a merged migration is deleted."""

from collections.abc import Iterator

from analyzer.analysis.gate.fix_steps import renumbering
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.gate.rules.edited_migration import MERGED_EDITED
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Squash


def _check(review: Review) -> Iterator[Finding]:
    for file in review.change.changes.deleted:
        if review.change.protected(file):
            squash, undone = review.squash_of(file), review.undone_squash(file)
            if undone is not None:
                yield _undone(undone, review)
            else:
                yield _deleted(file, review) if squash is None else _squashed(file, squash, review)


def _deleted(file: MigrationFile, review: Review) -> Finding:
    return MERGED_DELETED.finding(
        what=f"{file.path} is deleted",
        why="databases that ran it keep what it did and a row without a file, so a rollback stops "
        "there; new databases never get its changes",
        fix="bring it back; to undo its changes, write a new migration; if new databases do not "
        "need it, keep the file and let it do nothing, with a comment in it: "
        f"{review.change.framework.language.comment} migdoctor:allow {MERGED_EDITED.code} REASON",
        version=file.version.text,
        path=file.path,
        line=1,
        steps=(*review.change.fixes.bring_back(file.path), *review.schema_back(file)),
    )


def _squashed(file: MigrationFile, squash: Squash, review: Review) -> Finding:
    into = squash.file
    if squash.sound:
        return MERGED_DELETED.finding(
            severity=Severity.NOTE,
            what=f"{file.path} is deleted; {into.basename} makes what it made",
            why="databases that ran it keep a row without a file, which does not affect a "
            "migrate; new databases get its changes from the other",
            fix="nothing, if every database has run it",
            version=file.version.text,
            path=file.path,
            line=1,
        )
    return MERGED_DELETED.finding(
        what=f"{file.path} is deleted, and {into.basename} makes what it made under a version that "
        "no database has",
        why=f"a database that ran {file.basename} runs {into.basename} too: it fails, or empties "
        "the tables",
        fix=f"give {into.basename} the version {squash.version}, the last of those that it "
        "replaces: databases that ran them count it as done, new ones run it",
        version=file.version.text,
        path=file.path,
        line=1,
        steps=renumbering(squash, review.change.fixes),
    )


def _undone(squash: Squash, review: Review) -> Finding:
    """The squash goes, and what it replaced comes back as it ran."""
    file, count = squash.file, len(squash.replaced)
    until = review.change.returned[squash.replaced[-1].path].commit[:10]
    return MERGED_DELETED.finding(
        severity=Severity.NOTE,
        what=f"{file.path} is deleted, and the {count} migrations that {until} replaced by it are "
        "back",
        why="databases that ran those know them, and run nothing; one that was made from "
        f"{file.basename} in between knows the last of them only, and runs the others again",
        fix=f"nothing, if no database was made from {file.basename}: --database-url URL asks one, "
        "or --environment NAME, of the base's .migdoctor.toml",
        version=file.version.text,
        path=file.path,
        line=1,
    )


MERGED_DELETED = GateRule(
    code="MD304",
    name="merged-migration-deleted",
    severity=Severity.ERROR,
    title="merged migration deleted",
    why="Databases that ran it keep a row without a file; new databases lack its changes.",
    fix="Bring it back, and undo it in a new migration.",
    bad="deleted: 20250101000000_create_songs.rb",
    good="new: 20250301000000_drop_songs.rb",
    lets_pass="To let one go that new databases do not need, keep the file, let it do nothing, and "
    f"write into it:\n  # migdoctor:allow {MERGED_EDITED.code} the reason",
    check=_check,
)
