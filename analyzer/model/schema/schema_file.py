"""The versions that a schema file says have run: db/schema.rb names the newest, or all of them."""

from dataclasses import dataclass

_STAMP_DIGITS = 14


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """One version in a schema file. Offsets count characters of its text.

    ``start`` and ``end`` enclose the digits; ``close`` is where the entry itself ends, after the
    quote and the bracket that belong to it.
    """

    start: int
    end: int
    close: int
    written: str

    @property
    def number(self) -> int:
        """The version as Rails compares it."""
        return int(self.written.replace("_", ""))


@dataclass(frozen=True, slots=True)
class SchemaVersions:
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
    def numbers(self) -> tuple[int, ...]:
        """The versions, as Rails compares them."""
        return tuple(place.number for place in self.places)


def written_like(model: str, number: int) -> str:
    """A version with underscores where Rails would put them, if the one before had them."""
    text = str(number)
    if "_" in model and len(text) == _STAMP_DIGITS:
        return "_".join((text[:4], text[4:6], text[6:8], text[8:]))
    return text
