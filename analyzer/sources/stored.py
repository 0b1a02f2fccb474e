"""A version as a file holds it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored version and its one-based line; ``text`` None is NULL."""

    text: str | None
    line: int
