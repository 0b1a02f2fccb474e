"""Fleets: many schemas, or databases, of one pattern, each with a version table of its own."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.model.core.version_table import TableName
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.notes.note_state import NoteState


class FleetKind(StrEnum):
    """What a tenant has to itself; the values are words for messages."""

    SCHEMA = "schema"
    DATABASE = "database"

    @property
    def option(self) -> str:
        """The option that takes the pattern of such a fleet."""
        return f"--each-{self.value}"


class Fleet(Struct, frozen=True):
    """A fleet as it is asked for: every schema (database) of a pattern that has a version table."""

    kind: FleetKind
    pattern: str

    def holds(self, name: str) -> bool:
        """Whether a name is of the pattern: ``*`` is any text, ``?`` one character, no more."""
        parts = (_ANY.get(sign) or re.escape(sign) for sign in self.pattern)
        return re.fullmatch("".join(parts), name, re.DOTALL) is not None


_ANY = {"*": ".*", "?": "."}


class FleetMember(Struct, frozen=True):
    """One schema (database) of a fleet, as one moment shows it.

    ``rows`` are the rows of its version table as texts (`TableRow.text`), sorted; ``fingerprint``
    is a digest of what its catalogue says, in which its own name does not count. ``noted`` is what
    the notes beside the table come to; None where there are none.
    """

    name: str
    table: TableName
    rows: tuple[str, ...]
    fingerprint: str
    noted: "NoteState | None" = None


class UnreadMember(Struct, frozen=True):
    """A schema (database) of a fleet that has a version table, which cannot be read."""

    name: str
    what: str
    why: str
    fix: str


class FleetReading(Struct, frozen=True):
    """All members of a fleet, each in one of the two, in the order of their names."""

    members: tuple[FleetMember, ...]
    unread: tuple[UnreadMember, ...] = ()


class FleetGroup(Struct, frozen=True):
    """Members with equal rows, fingerprints and notes: what is said of one is said of all."""

    members: Sequence[FleetMember]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members, sorted."""
        return tuple(member.name for member in self.members)
