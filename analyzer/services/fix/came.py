"""What came of a step of the guided way."""

from enum import Enum


class Came(Enum):
    """What came of a step."""

    ON = "on"  # the next step, please
    HERE = "here"  # the same: what it would make is there
    PASSED = "passed"  # the same, though this one was passed over
    CHANGED = "changed"  # the world is another now
    HALF = "half"  # a command failed, and those before it have changed something
    LEFT = "left"  # somebody said no, or it cannot be done
