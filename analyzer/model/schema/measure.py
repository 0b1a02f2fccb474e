"""What a database consists of at one moment, in lines and counts that can be compared."""

from collections.abc import Mapping

from analyzer.records import Struct


class Measure(Struct, frozen=True):
    """Structure as sorted lines (``column public.songs.title text not null``), and row counts.

    ``uncounted`` are tables that may not be read or are too large to be counted; ``rows`` are
    the version table's own stored texts, which have no part in ``counts``.
    """

    structure: tuple[str, ...]
    counts: Mapping[str, int]
    uncounted: tuple[str, ...]
    rows: tuple[str, ...]


class StructureChange(Struct, frozen=True):
    """Lines that are there in one measure only."""

    gone: tuple[str, ...]
    new: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new)


class CountChange(Struct, frozen=True):
    """A table whose number of rows is another; None where the table is not there."""

    table: str
    before: int | None
    after: int | None


class Check(Struct, frozen=True):
    """One thing that was looked at afterwards. ``passed`` is None where it cannot be told.

    ``later``: what did not pass is no work of the repair, which did what it should.
    """

    name: str
    passed: bool | None
    detail: str
    later: bool = False
