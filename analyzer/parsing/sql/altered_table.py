"""Which table a statement alters that cannot be read: it stays, under its name."""

import re

_NAME = r"""(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[^\W\d]\w*)"""
_ALTER = re.compile(
    rf"(?:\s|--[^\n]*\n|/\*.*?\*/)*ALTER\s+(?:ONLINE\s+|OFFLINE\s+|IGNORE\s+)*TABLE\s+"
    rf"(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:{_NAME}\s*\.\s*)*(?P<table>{_NAME})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ELSEWHERE = re.compile(
    r"\bRENAME\b(?!\s+(?:COLUMN|CONSTRAINT|INDEX|KEY)\b)|\bSET\s+SCHEMA\b|;(?!\s*\Z)",
    re.IGNORECASE,
)


def altered_table(statement: str) -> str | None:
    """The table that an ALTER TABLE names, if nothing in it may rename or move that table.

    Returns: None for every other statement, and where more than one may stand in the text.
    """
    found = _ALTER.fullmatch(statement)
    if found is None or _ELSEWHERE.search(found["rest"]) is not None:
        return None
    return re.sub(r'^["`]|["`]$', "", found["table"])
