"""What a clone does not hold of a repository's history, so that answers may hang on it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One way in which history is cut.

    ``name`` is git's word for it; ``fix`` are the commands that bring the rest.
    """

    name: str
    what: str
    why: str
    fix: str
