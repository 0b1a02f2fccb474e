"""What came of an SQL file of ours that was run."""

from analyzer.records import Struct


class Ran(Struct, frozen=True):
    """The file ran to its end; ``said`` is its last word."""

    said: str


class Refused(Struct, frozen=True):
    """The database stopped it: nothing was changed, for certain."""

    what: str
    why: str
    fix: str


class Cut(Struct, frozen=True):
    """It ended in the middle, and may have happened or not; ``lost``: rows did not stay."""

    said: str
    lost: bool = False


Run = Ran | Refused | Cut
