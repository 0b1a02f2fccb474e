"""The versions that a schema file says have run: db/schema.rb names the newest, or all of them."""

from analyzer.model.core.version import Version
from analyzer.records import Struct


class VersionPlace(Struct, frozen=True):
    """One version in a schema file. Offsets count characters of its text.

    ``start`` and ``end`` enclose the digits; ``close`` is where the entry itself ends, after the
    quote and the bracket that belong to it. ``version`` is invalid where it says that none ran.
    """

    start: int
    end: int
    close: int
    written: str
    version: Version


class SchemaVersions(Struct, frozen=True):
    """A schema file's versions. ``text`` keeps every byte (surrogates for what is no UTF-8).

    Where ``whole`` is true they are all that ran, in the file's order; else the one is the newest.
    ``ends`` is where the list with all that closes it ends.
    """

    path: str
    blob: str
    text: str
    whole: bool
    places: tuple[VersionPlace, ...]
    ends: int

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions, in the file's order."""
        return tuple(place.version for place in self.places)
