"""What schema files get along with a rename: who gives a migration a number dumps the schema.

A file that names only the newest version says of all up to it that they ran. It is written only
where the change wrote the file, and its tables are those of the migrations up to what it gets.
"""

from collections.abc import Callable, Iterator, Sequence

from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.gate.gate import Moved
from analyzer.model.plans.gate_steps import SetVersion, Steps
from analyzer.records import replace

_MOST_TRIED = 3  # versions that a file may get: each is a replay of migrations


def lines_back(schema: Sequence[SchemaChange], all_moved: Sequence[Moved], moved: Moved) -> Steps:
    """The steps that write the versions of before into schema files; none where none followed.

    Args: all_moved: all renames of the change: they go back together.
    """
    if moved.old.version == moved.new.version:
        return ()
    return tuple(step for one in schema for step in _line_back(one, all_moved, moved))


def texts_back(
    schema: Sequence[SchemaChange],
    all_moved: Sequence[Moved],
    does_more: Callable[[Moved], bool],
    moved: Moved,
) -> Sequence[str]:
    """The schema files that go back as a whole with a rename, as no version alone is right.

    Args: does_more: whether the migration does something else than before.
    """
    return [
        one.now.path
        for one in schema
        if _may_go_back(one, moved) and (does_more(moved) or _fits_no_more(one, all_moved, moved))
    ]


def lines_after(
    schema: Sequence[SchemaChange], file: MigrationFile, version: Version, *, alone: bool
) -> Steps:
    """The steps that write the new version of a new file, where schema files count it as run.

    Args: alone: the change has no other migration, whose command might write another version.
    """
    return tuple(step for one in schema for step in _line_after(one, file, version, alone=alone))


def _line_after(
    schema: SchemaChange, file: MigrationFile, version: Version, *, alone: bool
) -> Iterator[SetVersion]:
    now, place = schema.now, schema.now.places.get(file.version)
    if now.conflict is not None or file not in schema.files:
        return
    if now.versions is None:
        if place is not None or alone:
            name = replace(file.name, version=version)
            renamed = Moved(file, replace(file, path=file.path_under(version), name=name))
            yield from _written(schema, newest_held(schema, file, [renamed]))
        return
    if place is None or file.version in {one.version for one in schema.files if one != file}:
        return  # the line is the other one's
    if version not in now.places:
        written = schema.style.written_like(place.written, version)
        yield SetVersion(now.path, place.line, place.written, written)


def _line_back(
    schema: SchemaChange, all_moved: Sequence[Moved], moved: Moved
) -> Iterator[SetVersion]:
    before, now = schema.before, schema.now
    place = now.places.get(moved.new.version)
    if place is None or now.conflict is not None:
        return
    if now.versions is None:
        yield from _written(schema, newest_held(schema, moved.new, _undone(all_moved)))
        return
    back = moved.old.version if moved.old.version in (before.versions or ()) else None
    if back is not None and back.is_valid and back not in now.places:
        written = schema.style.written_like(place.written, back)
        yield SetVersion(now.path, place.line, place.written, written)


def _may_go_back(schema: SchemaChange, moved: Moved) -> bool:
    was_there = schema.before.newest is not None
    return was_there and schema.live and schema.changed and moved.new in schema.files


def _fits_no_more(schema: SchemaChange, all_moved: Sequence[Moved], moved: Moved) -> bool:
    """Whether a file names the new version as the newest, and none is right without it."""
    now = schema.now
    names_it = now.versions is None and moved.new.version in now.places and now.conflict is None
    return names_it and newest_held(schema, moved.new, _undone(all_moved)) is None


def _undone(all_moved: Sequence[Moved]) -> list[Moved]:
    return [Moved(it.new, it.old) for it in all_moved]


def newest_held(
    schema: SchemaChange, file: MigrationFile, renamed: Sequence[Moved]
) -> Version | None:
    """The newest version up to which a schema file holds all work, once files have other names.

    None where it is not to be written: the change did not write it, it does not count the file,
    or its tables are not those of the migrations up to any version.
    """
    newest, least = schema.now.newest, schema.before.newest
    if not schema.changed or newest is None or not schema.counts(file):
        return None
    becomes = {one.old.path: one.new for one in renamed}
    after = sorted(
        (becomes.get(one.path, one) for one in schema.own), key=lambda one: (one.version, one.path)
    )
    # what it does not count yet, it is not to count then
    most = min((one.version for one in schema.own if one.version > newest), default=None)
    fit = {
        one.version
        for one in after
        if (most is None or one.version < most)
        and (least is None or not least.is_valid or one.version >= least)
    }
    for version in sorted(fit, reverse=True)[:_MOST_TRIED]:
        if schema.holds([one for one in after if one.version <= version]):
            return version
    return None


def _written(schema: SchemaChange, version: Version | None) -> Iterator[SetVersion]:
    now = schema.now
    if version is not None and version.is_valid and version not in now.places and now.written:
        written = schema.style.written_like(now.written, version)
        yield SetVersion(now.path, now.line, now.written, written)
