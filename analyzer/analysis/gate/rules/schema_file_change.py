"""MD314: the schema file must tell what the change's migrations tell."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeGuard

from analyzer.analysis.gate.fix_steps import FixSteps, undo_of
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.analysis.gate.schema_gap_words import gaps_in_words
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.schema_diff import Difference
from analyzer.model.gate.gate import Changes, Moved, SchemaFacts
from analyzer.model.plans.gate_steps import DeleteLine, RunCommand, SetVersion, Steps
from analyzer.model.words.wording import listed

_SHOWN = 3
Restore = Callable[[Moved], Steps]


def _check(review: Review) -> Iterator[Finding]:
    def restore(moved: Moved) -> Steps:
        """The steps that take a rename back; none where it may stay."""
        if not review.change.protected(moved.old) or review.record_of(moved) is not None:
            return ()
        return undo_of(moved, review.change.fixes)

    for schema in review.change.schema:
        yield from _of_file(review.change.changes, schema, restore, review.change.fixes)


def _of_file(
    changes: Changes, schema: SchemaChange, restore: Restore, fixes: FixSteps
) -> Iterator[Finding]:
    """Say whether the change and one schema file tell the same."""
    if schema.now.conflict is not None:
        yield _conflict(schema, schema.now.conflict)
        return
    yield from _doubled(schema)
    if not schema.live:
        return
    lowered = _lowered(schema, fixes if _is_empty(changes) else None)
    if lowered is not None:
        yield lowered
        return
    yield from _lacking(changes, schema, restore)
    gaps = schema.gaps()
    if gaps:
        yield _contradicts(gaps, changes, schema, fixes)
    for version in _stale(changes, schema):
        became = [one for one in changes.moved if one.old.version == version]
        yield _names_nothing(version, schema, _following(became, schema, restore))


def kept_up(before: SchemaFacts, newest: Version | None) -> bool:
    """Whether a schema file had the newest migration before the change."""
    if newest is None:
        return before.versions is None and before.newest is not None and not before.newest.is_valid
    return newest in before.versions if before.versions is not None else before.newest == newest


# What a merge leaves


def _conflict(schema: SchemaChange, line: int) -> Finding:
    return OUT_OF_LINE.finding(
        severity=Severity.ERROR,
        what=f"{schema.now.path} holds both sides of a merge conflict",
        why="nothing can load it: every new database, and every test run, stops there",
        fix="resolve the conflict: take the newer version line and both sides' tables; or, once "
        f"the migrations are right, let {schema.migrate} regenerate the file",
        path=schema.now.path,
        line=line,
        steps=_anew(schema),
    )


def _doubled(schema: SchemaChange) -> Iterator[Finding]:
    known = {one.version for one in schema.before.doubled}
    path = schema.now.path
    fresh = [one for one in schema.now.doubled if one.version not in known]
    for one in sorted(fresh, key=lambda one: -one.line):  # the last first: each deletes its line
        yield OUT_OF_LINE.finding(
            severity=Severity.ERROR,
            what=f"{path} lists {one.version} twice",
            why="loading it stops with a duplicate key; a merge is the usual cause",
            fix="delete one of the two entries",
            version=one.version,
            path=path,
            line=one.line,
            steps=(DeleteLine(path, one.line, one.version),) if one.alone else _anew(schema),
        )


# What it counts as run


def _lowered(schema: SchemaChange, fixes: FixSteps | None) -> Finding | None:
    """The newest version went back, though its migration is still there.

    Args: fixes: give the file its text back, where no migration asks for another.
    """
    before, now = schema.before, schema.now
    if now.versions is not None or not _is_some(before.newest) or not _is_some(now.newest):
        return None
    if now.newest >= before.newest or before.newest not in _versions(schema):
        return None
    between = [file for file in schema.files if now.newest < file.version <= before.newest]
    return OUT_OF_LINE.finding(
        severity=Severity.ERROR,
        what=f"{now.path} says {now.written}, and said {before.written} before the change",
        why=f"a database loaded from it has not run {_names(between)}: the next {schema.migrate} "
        "does, and fails where the file has what they make",
        fix=f"put the version back to {before.written}"
        if fixes is None
        else f"give {now.path} the text back that it had",
        version=str(now.newest),
        path=now.path,
        line=now.line,
        steps=_set(schema, before.newest) if fixes is None else fixes.bring_back(now.path),
    )


def _lacking(changes: Changes, schema: SchemaChange, restore: Restore) -> Iterator[Finding]:
    """Migrations of the change that the file does not count as run."""
    renamed = [
        one.new
        for one in changes.moved
        if one.new in schema.files
        and one.old.version != one.new.version
        and _lacks(schema.now, one.new)
        and not _lacks(schema.before, one.old)
        and not restore(one)
    ]
    if renamed:
        yield _would_rerun(renamed, schema)
    added = [file for file in schema.files if file in changes.added and _lacks(schema.now, file)]
    if added:
        yield _missing(added, schema)


def counted(facts: SchemaFacts, files: Sequence[MigrationFile]) -> list[MigrationFile]:
    """The migrations that a schema file counts as run."""
    return [file for file in files if not _lacks(facts, file)]


def _lacks(facts: SchemaFacts, file: MigrationFile) -> bool:
    if facts.versions is not None:
        return file.version not in facts.versions
    return facts.newest is None or file.version > facts.newest


def _would_rerun(renamed: Sequence[MigrationFile], schema: SchemaChange) -> Finding:
    newest = max(file.version for file in renamed)
    return OUT_OF_LINE.finding(
        what=f"{schema.now.path} does not count {_names(renamed)} as run",
        why="the migration is in the file under its old version: a database loaded from it runs "
        "the migration again under the new one",
        fix=f"bring {schema.now.path} in line with the new version, if you keep the rename",
        version=renamed[0].version.text,
        path=schema.now.path,
        line=schema.now.line,
        steps=_set(schema, newest),
    )


def _missing(files: Sequence[MigrationFile], schema: SchemaChange) -> Finding:
    return OUT_OF_LINE.finding(
        severity=Severity.NOTE,  # a gap, but nothing that ran anywhere is lost
        what=f"{schema.now.path} does not have {_names(files)}",
        why=f"a database loaded from it lacks what they do, and the next {schema.migrate} that "
        "anybody runs writes it into an unrelated change",
        fix=f"run {schema.typed}, and commit {schema.now.path} with the migrations",
        version=files[0].version.text,
        path=schema.now.path,
        line=1,
        steps=_anew(schema),
    )


def _contradicts(
    gaps: Sequence[Difference], changes: Changes, schema: SchemaChange, fixes: FixSteps
) -> Finding:
    """The file's content is not what the migrations add up to that it counts as run."""
    path = schema.now.path
    untouched = _is_empty(changes)
    return OUT_OF_LINE.finding(
        what=f"{path} {gaps_in_words(gaps)}",
        why="a database that is loaded from it differs from one that ran the migrations, and no "
        f"{schema.migrate} ever makes them alike",
        fix=f"give {path} the text back that it had, as the migrations are what they were"
        if untouched
        else f"run {schema.typed} on a database that ran just these migrations, and commit {path}; "
        "what is meant to stay besides belongs in a new migration",
        path=path,
        line=1,
        steps=fixes.bring_back(path) if untouched else _anew(schema),
    )


def _is_empty(changes: Changes) -> bool:
    """Whether no migration is another than before."""
    return not (changes.added or changes.edited or changes.moved or changes.deleted)


def _stale(changes: Changes, schema: SchemaChange) -> list[Version]:
    """Versions that no migration has, as far as the change is to blame."""
    before, now, versions = schema.before, schema.now, _versions(schema)
    left = {one.old.version for one in changes.moved} | {file.version for file in changes.deleted}
    if now.versions is not None:
        known = before.versions or frozenset()
        return sorted((now.versions - versions) & ((now.versions - known) | left))
    newest = now.newest
    if not _is_some(newest) or newest in versions:
        return []
    return [newest] if newest != before.newest or newest in left else []


def _names_nothing(version: Version, schema: SchemaChange, steps: Steps) -> Finding:
    now = schema.now
    shown = now.written if now.versions is None else schema.style.in_file_name(version)
    return OUT_OF_LINE.finding(
        what=f"{now.path} says that {shown} has run, and no migration has this version",
        why="the migration got another version, or was removed, after the file was written; a "
        "database loaded from it would run it again, or keep a row without a file",
        fix=f"fix the migrations first, then regenerate the file: {schema.typed}, and commit "
        f"{now.path}",
        version=schema.style.in_file_name(version),
        path=now.path,
        line=now.line,
        steps=steps or _anew(schema),
    )


def _following(became: Sequence[Moved], schema: SchemaChange, restore: Restore) -> Steps:
    """Take the rename back that the file does not know, or let the file follow it."""
    for moved in became:
        if moved.new in schema.files:
            return restore(moved) or _set(schema, moved.new.version)
    return ()


def _is_some(version: Version | None) -> TypeGuard[Version]:
    """Whether a file names a version, and not that none ran."""
    return version is not None and version.is_valid


def _versions(schema: SchemaChange) -> set[Version]:
    return {file.version for file in schema.files}


def _names(files: Sequence[MigrationFile]) -> str:
    return listed((file.basename for file in files), _SHOWN)


# The way out


def _anew(schema: SchemaChange) -> Steps:
    return (RunCommand(schema.typed),)


def _set(schema: SchemaChange, version: Version) -> Steps:
    """Write a version where the file names the newest; a list is written anew."""
    now = schema.now
    if now.versions is not None or not now.written:
        return ()
    return (
        SetVersion(
            now.path, now.line, now.written, schema.style.written_like(now.written, version)
        ),
    )


OUT_OF_LINE = GateRule(
    code="MD314",
    name="schema-file-out-of-line",
    severity=Severity.WARNING,
    title="schema file not in line with the migrations",
    why="A database that is loaded from it would run migrations again, or never, or lack what "
    "they make.",
    fix="Migrate, and commit the schema file with the migrations; what goes back, goes back in "
    "both. A note where it only lacks the new ones.",
    bad="renamed: 20250101000000_create_songs.rb -> 20250201000000_create_songs.rb\n"
    "db/schema.rb: define(version: 2025_01_01_000000)",
    good="renamed: 20250101000000_create_songs.rb -> 20250201000000_create_songs.rb\n"
    "db/schema.rb: define(version: 2025_02_01_000000)",
    lets_pass="",  # it is about a file in which no comment outlives the next dump
    check=_check,
)
