"""How carrying out a repair ended."""

from enum import StrEnum

from analyzer.model.plans.repair_journal import RepairState
from analyzer.records import Struct


class Ending(StrEnum):
    """What is certain afterwards."""

    DONE = "done"
    DRY = "dry run"  # all but the change
    STOPPED = "stopped"  # nothing is changed
    UNKNOWN = "unknown"  # the connection was lost, and looking did not tell


class Outcome(Struct, frozen=True):
    """An ending in words: what happened, why, and what to do now.

    ``cut``: the connection broke or somebody interrupted, so that the rows had to tell.
    """

    ending: Ending
    what: str
    why: str = ""
    fix: str = ""
    cut: bool = False


class Course(Struct, frozen=True):
    """The states of one way through a repair: the intent, and where it may end."""

    intent: RepairState
    reached: RepairState
    kept: RepairState  # where it stopped, and all is as before


FORTH = Course(RepairState.BEGUN, RepairState.DONE, RepairState.FAILED)
BACK = Course(RepairState.UNDOING, RepairState.UNDONE, RepairState.DONE)


def course_of(state: RepairState) -> Course:
    """Which way a repair was on whose journal ends with an intent."""
    return BACK if state is RepairState.UNDOING else FORTH
