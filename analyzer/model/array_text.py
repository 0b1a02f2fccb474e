"""A list as PostgreSQL writes an array: ``{a,b}``."""

import re
from collections.abc import Sequence

_BARE = re.compile(r"[^\s{},\"\\]+")


def array_text(items: Sequence[object]) -> str:
    """Write a list of plain values, or of lists of them, as the text of an array."""
    return "{" + ",".join(map(_element, items)) + "}"


def _element(item: object) -> str:
    if isinstance(item, list):
        return array_text(item)
    if item is None:
        return "NULL"
    if isinstance(item, bool):
        return "t" if item else "f"
    text = str(item)
    if _BARE.fullmatch(text) and text.upper() != "NULL":
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
