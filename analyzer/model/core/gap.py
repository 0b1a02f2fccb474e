"""What a clone does not hold of a repository's history, so that answers may hang on it."""

from analyzer.records import Struct


class Gap(Struct, frozen=True):
    """One way in which history is cut.

    ``name`` is git's word for it; ``fix`` are the commands that bring the rest.
    """

    name: str
    what: str
    why: str
    fix: str
