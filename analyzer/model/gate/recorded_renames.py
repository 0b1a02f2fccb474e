"""Renames that a team recorded, so that every installation can follow them."""

from analyzer.records import Struct


class RecordedRename(Struct, frozen=True):
    """A rename that the team recorded: versions, or file names without ``.rb``."""

    old: str
    new: str
    reason: str
    commit: str | None
    line: int


class RecordedRenames(Struct, frozen=True):
    """All that one file records; ``path`` is from the repository's root."""

    path: str
    renames: tuple[RecordedRename, ...] = ()
    there: bool = False  # whether the file exists
