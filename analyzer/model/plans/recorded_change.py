"""A recorded rename, as an SQL file needs it."""

from analyzer.records import Struct


class RecordedChange(Struct, frozen=True):
    """A version and the one that replaces it: as a file writes it, and as the framework would."""

    old: str
    new: str
    bare: str
    what: str  # in words
