"""The text of a goose migration: what runs up, and what runs down.

Source: internal/sqlparser/parser.go, 3.27.
"""

import re

from analyzer.frameworks.sql.sql_language import SectionError, SqlSections, only

_MARK = re.compile(
    r"^--[ \t]*\+goose[ \t]+(?P<told>[A-Za-z ]+?)[ \t\r]*$", re.MULTILINE | re.IGNORECASE
)
NO_MARK = "failed to parse migration: no '-- +goose Up' is in it"


def sections(text: str) -> SqlSections:
    """Find what runs up, and what runs down.

    Raises:
        SectionError: goose would not run it.
    """
    marks = [(found.start(), found["told"].lower()) for found in _MARK.finditer(text)]
    turns = [(at, told) for at, told in marks if told in ("up", "down")]
    if not turns or turns[0][1] != "up":
        raise SectionError(NO_MARK)
    ends = [at for at, _ in turns[1:]] + [len(text)]
    parts = [(told, (at, end)) for (at, told), end in zip(turns, ends, strict=True)]
    down = [part for told, part in parts if told == "down"]
    return SqlSections(
        only(text, [part for told, part in parts if told == "up"]),
        only(text, down) if down else None,
        all(told != "no transaction" for _, told in marks),
    )
