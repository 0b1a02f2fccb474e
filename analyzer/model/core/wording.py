"""Small words that all messages share: how many, and which."""

from collections.abc import Iterable


def count(number: int, noun: str) -> str:
    """Say "1 migration" or "6 migrations"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Iterable[str], most: int, separator: str = ", ") -> str:
    """Name the first of them, and say how many more there are, so that a line stays a line."""
    every = list(names)
    rest = len(every) - most
    return separator.join(every[:most]) + (f" and {rest} more" if rest > 0 else "")
