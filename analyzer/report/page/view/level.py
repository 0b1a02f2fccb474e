"""How bad something on a page is."""

from enum import StrEnum


class Level(StrEnum):
    """How bad it is; only with ``FINE`` and ``TOLD`` the command ends with status 0."""

    BROKEN = "broken"  # a migrate would do harm, or rows and files disagree
    LOOK = "look"  # warnings, or an environment that could not be read
    TOLD = "told"  # a migration removes data, and its text says so
    FINE = "fine"
