"""What a database consists of at one moment, in lines and counts that can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """Structure as sorted lines (``column public.songs.title text not null``), and row counts.

    ``uncounted`` are tables that may not be read or are too large to be counted; ``rows`` are
    the version table's own stored texts, which have no part in ``counts``.
    """

    structure: tuple[str, ...]
    counts: Mapping[str, int]
    uncounted: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StructureChange:
    """Lines that are there in one measure only."""

    gone: tuple[str, ...]
    new: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new)


@dataclass(frozen=True, slots=True)
class CountChange:
    """A table whose number of rows is another; None where the table is not there."""

    table: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at afterwards. ``passed`` is None where it cannot be told."""

    name: str
    passed: bool | None
    detail: str
