"""What would settle whether a migration gets through, and what the answer means."""

import re

_MEANING = (
    (re.compile(r"SELECT EXISTS\b"), "if that is true, it fails"),
    (re.compile(r"SELECT (?:\w+\.)?count\(\*\)"), "if that is more than 0, it fails"),
    (re.compile(r"SELECT DISTINCT\b"), "each value must fit; else it fails"),
    (re.compile(r"SELECT .* HAVING\b"), "if that returns a row, it fails"),
)


def answered(settle: str) -> str:
    """What would settle a doubt, and where it is a query, what its answer means."""
    meaning = next((told for query, told in _MEANING if query.match(settle)), None)
    return settle if meaning is None else f"{settle}; {meaning}"


def way_through(settle: str | None) -> str:
    """What to do before a migration is deployed that may fail."""
    if settle is None:
        return "run it on a copy of this database first"
    if not settle.startswith("SELECT "):
        return settle
    return f"ask the database first: {answered(settle)}: correct its rows, or the migration"
