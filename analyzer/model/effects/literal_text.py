"""Lists and hashes as PostgreSQL writes them: an array ``{a,b}``, an hstore ``"a"=>"1"``."""

import json
import re
from collections.abc import Mapping, Sequence

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


def hstore_text(pairs: Mapping[str, object]) -> str:
    """Write a hash of plain values as the text of an hstore."""
    return ", ".join(f"{json.dumps(key)}=>{_hstore_value(value)}" for key, value in pairs.items())


def _hstore_value(value: object) -> str:
    if value is None:
        return "NULL"
    return json.dumps(str(value).lower() if isinstance(value, bool) else str(value))
