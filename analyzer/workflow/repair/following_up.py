"""What edits bring that never ran, and the migration that would bring it."""

import textwrap
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from analyzer.analysis.repair.follow_up import MigrationTexts, find_gap
from analyzer.analysis.repair.follow_up_place import in_need, version_between
from analyzer.engines.registry import reading_sql
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.frameworks.ports.language import Language
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import bare
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileBlocked,
    FilePending,
    FileRenamed,
    RowDeleted,
    RowRenamed,
    RowReused,
)
from analyzer.model.findings.follow_up import FollowUp, Lack, Revision, Unwritten
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.model.schema.schema import Schema
from analyzer.records import Struct, replace
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.reading.files.application import read_key_type
from analyzer.workflow.reading.files.effects import read_migrations
from analyzer.workflow.repair.kept_draft import SLUG, draft_file, place_in, read_draft

_DATA = "check whether the rows are as this would leave them: no draft changes rows"


NAMES_STAY: Mapping[str, Version] = {}


def follow_up(
    inference: Inference, diagnosis: Diagnosis, renumbered: Mapping[str, Version] = NAMES_STAY
) -> FollowUp | None:
    """Find what the edits of migrations that ran bring, and the database lacks.

    Args: renumbered: by today's path, the versions that the repair hands out.
    Returns: None where no migration's code changed after it ran.

    Raises:
        AnalyzerError: a file or the database's catalogue cannot be read.
    """
    revisions = {it.now.path: it for it in _revisions(inference, diagnosis)}
    if not revisions:
        return None
    there, place = _there(inference)
    with reading_sql(inference.engine.name):
        texts = _texts(inference, diagnosis, revisions)
    gap = find_gap(texts, there, inference.engine)
    framework = inference.framework
    waiting = (
        pending_follow_up(inference, diagnosis) is not None
    )  # which was drafted with the rest in mind
    needed_by = () if waiting else _in_need(texts, gap.lacks, inference)
    found = FollowUp(
        revisions,
        gap.wanted,
        gap.there,
        tuple(it for it in gap.lacks if not waiting or (it.left is None and not it.open)),
        ()
        if waiting
        else tuple(unwritten(texts, revisions, inference.past_files.content, framework.language)),
        place,
        "",
        "",
        max((it.parsed.dialect for it in texts.now if it.parsed.dialect), default=None),
        needed_by,
    )
    return placed_for(found, inference, renumbered)


def placed_for(
    found: FollowUp, inference: Inference, renumbered: Mapping[str, Version]
) -> FollowUp:
    """The same follow-up with its place once a repair has handed out versions."""
    rows, files = inference.table.rows, inference.target.files
    versions = {it.path: renumbered.get(it.path, it.version) for it in files.files}
    taken = {row.version.key for row in rows if row.version.is_valid}
    taken |= {it.key for it in renumbered.values()}
    between = None
    if found.needed_by:
        brought = {it.path for it in found.lacks}.intersection(versions)
        after = max(map(versions.__getitem__, brought), default=None)
        between = after, min(map(versions.__getitem__, found.needed_by))
    path, class_name = name_of(inference.framework, files, taken, inference.request.now, between)
    return replace(found, path=path, class_name=class_name)


def _in_need(texts: MigrationTexts, lacks: Sequence[Lack], inference: Inference) -> tuple[str, ...]:
    """Who needs it, where it can come before them: by its number, in databases that have newer."""
    rules, files = inference.framework.preconditions, inference.target.files.files
    if rules.skips_late or rules.refuses_late or any(it.name.parents is not None for it in files):
        return ()
    return in_need(texts, lacks)


def pending_follow_up(inference: Inference, diagnosis: Diagnosis) -> MigrationFile | None:
    """A follow-up that took its place among the migrations, and is still to run."""
    waiting = (it.file for it in diagnosis.files if isinstance(it, FilePending))
    return next((it for it in waiting if is_follow_up(inference, it)), None)


def is_follow_up(inference: Inference, file: MigrationFile) -> bool:
    """Whether a migration has a follow-up's name, and more in it than the tool put there."""
    if not file.name.slug.startswith(SLUG):
        return False
    parsed = inference.framework.language.parse(inference.past_files.content(file.blob))
    return bool(parsed.effects or parsed.problems or parsed.partial)


def _there(inference: Inference) -> tuple[Schema | None, str | None]:
    """The database's schema and its place in words, if it was read."""
    if inference.catalog is None:
        return None, None
    table = inference.table
    return inference.catalog.schema, table.place.removeprefix(f"table {table.table} of ")


def _revisions(inference: Inference, diagnosis: Diagnosis) -> Iterator[Revision]:
    """Migrations that ran, and whose code is another today, whatever their names."""
    pairs = [(it.old, it.new) for it in diagnosis.edits]
    pairs += [(it.old, it.new) for it in diagnosis.name_changes]
    pairs += [
        (row.rename.old, row.rename.new)
        for row in diagnosis.rows
        if isinstance(row, RowRenamed | RowReused) and row.rename is not None
    ]
    content, same_code = inference.past_files.content, inference.framework.language.same_code
    for old, new in pairs:
        if old.blob != new.blob and not same_code(content(old.blob), content(new.blob)):
            yield Revision(old, new)


# The texts


def _texts(
    inference: Inference, diagnosis: Diagnosis, revisions: Mapping[str, Revision]
) -> MigrationTexts:
    repository, target = inference.repository, inference.target
    key_type = read_key_type(repository, target)

    def read(file: MigrationFile, path: str) -> ReadMigration:
        parsed = target.framework.language.parse(inference.past_files.content(file.blob), key_type)
        return ReadMigration(file.version, path, parsed)

    now = read_migrations(repository, target, key_type)
    ran = {path: read(it.ran, path) for path, it in revisions.items()}
    by_path = {it.path: it for it in now}
    for verdict in diagnosis.files:
        path = verdict.file.path
        if isinstance(verdict, FileRenamed) and verdict.old_row is not None and path not in ran:
            ran[path] = replace(by_path[path], version=verdict.rename.old.version)
    gone = [read(file, file.path) for file in _gone(diagnosis)]
    return MigrationTexts(now, ran, frozenset(revisions), _pending(diagnosis), gone)


def _pending(diagnosis: Diagnosis) -> frozenset[str]:
    """List the pending files after the repair has put each version with its migration."""
    return frozenset(
        verdict.file.path
        for verdict in diagnosis.files
        if isinstance(verdict, FilePending | FileBlocked)
        or (isinstance(verdict, FileRenamed) and verdict.old_row is None)
    )


def _gone(diagnosis: Diagnosis) -> Iterator[MigrationFile]:
    for row in diagnosis.rows:
        if isinstance(row, RowDeleted):
            yield row.last_seen.file
        elif isinstance(row, RowReused) and row.rename is None:
            yield row.ran


# What is no schema


class _Statement(Struct, frozen=True):
    """A statement that is not about the schema, apart from where it stands."""

    kind: str
    text: str


def unwritten(
    texts: MigrationTexts,
    revisions: Mapping[str, Revision],
    content: Callable[[str], bytes],
    language: Language,
) -> Iterator[Unwritten]:
    """Statements about data, and unreadable ones, that the text which ran did not have."""
    for migration in texts.now:
        revision = revisions.get(migration.path)
        if revision is None:
            continue
        before = Counter(
            it
            for it, _ in _statements(
                language, content(revision.ran.blob), texts.ran[migration.path]
            )
        )
        for statement, effect in _statements(language, content(revision.now.blob), migration):
            before[statement] -= 1
            if before[statement] < 0:
                why = effect.why if isinstance(effect, e.Opaque) else _DATA
                unknown = isinstance(effect, e.Opaque)
                yield Unwritten(migration.path, effect.line, statement.text, why, unknown)


def _statements(
    language: Language, content: bytes, migration: ReadMigration
) -> Iterator[tuple[_Statement, e.WriteData | e.Opaque]]:
    """Each statement once, however many effects it has."""
    lines = content.decode("utf-8", "replace").splitlines()
    seen: set[tuple[int, int]] = set()
    for effect in map(bare, migration.parsed.effects):
        if isinstance(effect, e.WriteData | e.Opaque):
            first, last = next(
                iter(language.statements_at(content, effect.line)), (effect.line,) * 2
            )
            if (first, last) not in seen:
                seen.add((first, last))
                text = textwrap.dedent("\n".join(lines[first - 1 : last]))
                yield _Statement(type(effect).__name__, text or effect_text(effect)), effect


def effect_text(effect: e.WriteData | e.Opaque) -> str:
    """An effect in words, where its file has no such line."""
    return effect.text if isinstance(effect, e.Opaque) else f"{effect.action} {effect.table}"


# Its name


def name_of(
    framework: Framework,
    files: FileSet,
    taken: Collection[VersionKey],
    now: datetime,
    between: tuple[Version | None, Version] | None = None,
) -> tuple[str, str]:
    """Path and class of a follow-up that is newer than every file, and than versions in use.

    Args: between: what it has to come after, and before; None where nothing needs it.
    """
    numbering = framework.numbering
    versions = [file.version for file in files.files]
    used = {*taken, *(it.key for it in versions)}
    early = version_between(*between, used, numbering) if between is not None else None
    # that of the day, so that all that is told within one names the same file
    last = numbering.newest_of_all(versions, taken, f"{now:%Y%m%d}000000")
    slug = _free_slug({file.name.slug for file in files.files})
    basename = framework.files.basename(early.text if early is not None else last, slug)
    path = f"{files.directories[0]}/{basename}".removeprefix("/")
    drafted = _drafted_at(framework, path, used, between if early is not None else None)
    return drafted or path, framework.files.class_name(slug)


def _drafted_at(
    framework: Framework,
    path: str,
    used: Collection[VersionKey],
    between: tuple[Version | None, Version] | None,
) -> str | None:
    """The place that a draft in the current folder names, as long as it is still a right one."""
    text = read_draft(draft_file(framework))
    folder, _, wanted = path.rpartition("/")
    place = place_in(text, folder) if text is not None else None
    name = name_at(framework.files, place) if place is not None else None
    if not isinstance(name, MigrationName) or f"_{wanted.partition('_')[2]}" not in (place or ""):
        return None
    if between is not None:
        after, first = between
        fits = (after is None or after < name.version) and name.version < first
        return place if fits and name.version.key not in used else None
    return place if all(key < name.version.key for key in used) else None


def _free_slug(taken: Collection[str]) -> str:
    number, free = 1, SLUG
    while free in taken:
        number += 1
        free = f"{SLUG}_{number}"
    return free
