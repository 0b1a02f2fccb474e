"""What would settle whether a migration gets through, and what the answer means."""

_MEANING = (
    ("SELECT EXISTS", "if that is true, it fails"),
    ("SELECT count(*)", "if that is more than 0, it fails"),
    ("SELECT pg_catalog.count(*)", "if that is more than 0, it fails"),
    ("SELECT DISTINCT", "each value must fit; else it fails"),
    ("SELECT ", "if that returns a row, it fails"),
)


def answered(settle: str) -> str:
    """What would settle a doubt, and where it is a query, what its answer means."""
    meaning = next((told for begin, told in _MEANING if settle.startswith(begin)), None)
    return settle if meaning is None else f"{settle}; {meaning}"


def way_through(settle: str | None) -> str:
    """What to do before a migration is deployed that may fail."""
    if settle is None:
        return "run it on a copy of this database first"
    if not settle.startswith("SELECT "):
        return settle
    return f"ask the database first: {answered(settle)}: correct its rows, or the migration"
