"""Renames that a team recorded, so that every installation can follow them."""

from analyzer.records import Struct

NAME = "renames.toml"


def record_path(folder: str) -> str:
    """The record that belongs to a migration folder: beside it, as ``db/renames.toml``."""
    above = folder.rpartition("/")[0]
    return f"{above}/{NAME}" if above else NAME


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
