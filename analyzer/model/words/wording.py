"""Small words that all messages share: how many, and which."""

from collections.abc import Iterable


def count(number: int, noun: str) -> str:
    """Say "1 migration" or "6 migrations"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def enumerated(names: Iterable[str], most: int = 4) -> str:
    """Name them as a sentence does: "a, b and c"; of many the first, and how many more."""
    every = list(names)
    if len(every) > most:
        return listed(every, most)
    *first, last = every or [""]
    return f"{', '.join(first)} and {last}" if first else last


def listed(names: Iterable[str], most: int, separator: str = ", ") -> str:
    """Name the first of them, and say how many more there are, so that a line stays a line."""
    every = list(names)
    rest = len(every) - most
    return separator.join(every[:most]) + (f" and {rest} more" if rest > 0 else "")
