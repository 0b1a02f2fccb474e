"""The schema that migrations add up to, what went wrong on the way, and who did what."""

from collections.abc import Mapping

from analyzer.model.core.version import Version
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.schema import Schema
from analyzer.records import Struct, field


class ReadMigration(Struct, frozen=True):
    """A migration file and what was read out of it. ``version`` is as the file's name writes it.

    ``stood_for``: on an empty database another file (a squash) runs in its place.
    """

    version: Version
    path: str
    parsed: Parsed
    stood_for: bool = False


class Conflict(Struct, frozen=True):
    """An effect that could not be applied: the schema at that point does not allow it."""

    path: str
    line: int
    what: str


class UnknownPart(Struct, frozen=True):
    """A piece of a migration whose effect on the schema is not known; ``within``: see `Opaque`."""

    path: str
    line: int
    text: str
    why: str
    within: str | None = None


class SchemaState(Struct, frozen=True):
    """The outcome of a replay.

    ``responsible`` names for each object, dropped ones too, the path of the migration that created,
    altered or dropped it last; for a table, the one that created, renamed or dropped it.
    """

    schema: Schema
    conflicts: tuple[Conflict, ...] = ()
    opaque: tuple[UnknownPart, ...] = ()
    responsible: Mapping[ObjectRef, str] = field(default_factory=dict)
