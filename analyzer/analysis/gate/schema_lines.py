"""The lines of schema files that go back with a rename: who renames a migration dumps the schema.

Without them the name goes back alone, and the file counts a version as run that no migration has.
"""

from collections.abc import Iterator, Sequence

from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.gate.gate import Moved
from analyzer.model.plans.gate_steps import SetVersion, Steps


def lines_back(schema: Sequence[SchemaChange], moved: Moved) -> Steps:
    """The steps that write the versions of before into schema files; none where none followed."""
    if moved.old.version == moved.new.version:
        return ()
    return tuple(step for one in schema for step in _line_back(one, moved))


def lines_after(schema: Sequence[SchemaChange], file: MigrationFile, version: Version) -> Steps:
    """The steps that write the new version of a new file, where schema files count it as run."""
    return tuple(step for one in schema for step in _line_after(one, file, version))


def _line_after(
    schema: SchemaChange, file: MigrationFile, version: Version
) -> Iterator[SetVersion]:
    now, place = schema.now, schema.now.places.get(file.version)
    if place is None or now.conflict is not None or file not in schema.files:
        return
    others = [one.version for one in schema.files if one != file]
    if now.versions is None:
        version = max([version, *(one for one in others if one <= file.version)])
    elif file.version in others:
        return  # the line is the other one's
    if version not in now.places:
        written = schema.style.written_like(place.written, version)
        yield SetVersion(now.path, place.line, place.written, written)


def _line_back(schema: SchemaChange, moved: Moved) -> Iterator[SetVersion]:
    before, now = schema.before, schema.now
    place = now.places.get(moved.new.version)
    if place is None or now.conflict is not None:
        return
    if now.versions is None:
        back = before.newest  # of the file, whichever migration it was then
    else:
        back = moved.old.version if moved.old.version in (before.versions or ()) else None
    if back is not None and back.is_valid and back not in now.places:
        written = schema.style.written_like(place.written, back)
        yield SetVersion(now.path, place.line, place.written, written)
