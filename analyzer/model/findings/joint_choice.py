"""What is right for all environments together."""

from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.plans.repair_path import PathSteps


class JointWay(StrEnum):
    """How renames are mended that several environments know."""

    NOTHING = "nothing"  # none of them needs a repair
    FILES = "files"  # files get their old names back, once for all
    ROWS = "rows"  # files keep their names, and each environment's rows follow
    SETTLE = "settle"  # something must be decided, or read, first


class JointChoice(Struct, frozen=True):
    """One way for all environments.

    ``because`` are sentences without their full stop, the most important first. ``mend`` are the
    environments that need the repair; with FILES those whose repairs together move all files.
    ``stuck`` says of environments why the way cannot be carried out there. ``path`` is all that
    is to be done for all of them, in order.
    """

    way: JointWay
    because: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    stuck: tuple[tuple[str, str], ...] = ()
    path: "PathSteps" = ()
