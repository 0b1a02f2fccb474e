"""What came of an SQL file of ours that was run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    """The file ran to its end; ``said`` is its last word."""

    said: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The database stopped it: nothing was changed, for certain."""

    what: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Cut:
    """It ended in the middle, and may have happened or not; ``lost``: rows did not stay."""

    said: str
    lost: bool = False


Run = Ran | Refused | Cut
