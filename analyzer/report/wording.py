"""Small words that all formats share."""


def count(number: int, noun: str) -> str:
    """Say "1 migration" or "6 migrations"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
