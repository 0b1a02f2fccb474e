"""How to note."""

from analyzer.records import Struct


class RecordOptions(Struct, frozen=True):
    """How to note: in which file instead of a table, and whether to begin anew."""

    to: str | None = None
    anew: bool = False
