"""Types and defaults as MySQL's catalogue writes them."""

import re

from analyzer.engines.mysql.dialect import UNSIGNED, read_type
from analyzer.engines.mysql.types.type_names import SIGNED
from analyzer.model.schema.schema import Default, SqlText
from analyzer.parsing.column_types import sql_type

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)
_NOW = re.compile(r"current_timestamp", re.IGNORECASE)
_SIZED = frozenset({"decimal", "datetime", "time"})
_NUMBERS = frozenset({"integer", "bigint", "decimal", "float"})
_BOOLEANS = {"1": True, "0": False}


def type_of(text: str) -> tuple[str, int | None, int | None, int | None]:
    """A type as the catalogue writes it: the neutral one, its limit, precision and scale."""
    bare = text.lower().replace(" unsigned", "").replace(" zerofill", "")
    word, sizes, _ = sql_type(bare)
    kind, limit = read_type(word, sizes)
    if " unsigned" in text.lower() and kind in SIGNED:
        kind = UNSIGNED + kind
    if kind.removeprefix(UNSIGNED) not in _SIZED or not sizes:
        return kind, limit, None, None
    return kind, None, sizes[0], sizes[1] if len(sizes) > 1 else None


def default_of(text: str | None, kind: str, extra: str, *, quoted: bool) -> Default:
    """A default: a value where it is a constant, else SQL.

    Args: quoted: whether the server writes texts with their quotes, as MariaDB does.
    """
    if text is None or (quoted and text.upper() == "NULL"):
        return None
    if quoted and len(text) > 1 and text.startswith("'"):
        text = text[1:-1].replace("''", "'")
    elif (
        (quoted and not _NUMBER.fullmatch(text))
        or "DEFAULT_GENERATED" in extra.upper()
        or text.upper().startswith("CURRENT_TIMESTAMP")
    ):
        return SqlText(text)
    if kind == "boolean":
        return _BOOLEANS.get(text, text)
    if kind.removeprefix(UNSIGNED) in _NUMBERS and _NUMBER.fullmatch(text):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return text
