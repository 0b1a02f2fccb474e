"""A migration's text in sections: what runs up, what runs down, and the options of each.

Source: pkg/dbmate/migration.go, whose patterns and errors these are.
"""

import re

from analyzer.frameworks.sql.sql_language import SectionError, SqlSections, only, statements_in
from analyzer.records import Struct

_BLANK = r"[\t\n\f\r ]"
_UP = re.compile(rf"^--{_BLANK}*migrate:up(?:{_BLANK}*$|{_BLANK}+[^\t\n\f\r ]+)", re.MULTILINE)
_DOWN = re.compile(rf"^--{_BLANK}*migrate:down(?:{_BLANK}*$|{_BLANK}+[^\t\n\f\r ]+)", re.MULTILINE)
_NO_STATEMENT = re.compile(rf"{_BLANK}*(?:--.*)?")
_NO_TRANSACTION = re.compile(r"[\t ]transaction:false(?=[\t\r ]|$)")

MISSING_UP = "dbmate requires each migration to define an up block with '-- migrate:up'"
MISSING_DOWN = "dbmate requires each migration to define a down block with '-- migrate:down'"
UNEXPECTED = "dbmate does not support statements preceding the '-- migrate:up' block"
MULTIPLE_DOWN = "dbmate requires every '-- migrate:down' to be preceded by a '-- migrate:up'"


class _Section(Struct, frozen=True):
    """One way up with its way down; each begins at an offset of the text, and ends at another."""

    up: tuple[int, int]
    down: tuple[int, int]
    transaction: bool  # of the way up


def sections(text: str) -> SqlSections:
    """Find what runs up, and what runs down.

    Raises:
        SectionError: dbmate would not run it, with what it says.
    """
    found = _find(text)
    return SqlSections(
        only(text, [it.up for it in found]),
        only(text, [it.down for it in found]),
        _in_transaction(text, found),
    )


def _in_transaction(text: str, found: tuple[_Section, ...]) -> bool:
    """Whether nothing is left of a migration that fails.

    Where it asks for none, several statements are sent at once, which PostgreSQL runs in one.
    """
    alone = [len(statements_in(text[slice(*it.up)])) <= 1 for it in found if not it.transaction]
    return not any(alone)


def _find(text: str) -> tuple[_Section, ...]:
    starts = [found.start() for found in _UP.finditer(text)]
    if not starts:
        raise SectionError(MISSING_UP)
    lines = text[: starts[0]].split("\n")
    if any(_NO_STATEMENT.fullmatch(line) is None for line in lines):
        raise SectionError(UNEXPECTED)
    ends = [*starts[1:], len(text)]
    return tuple(_section(text, start, end) for start, end in zip(starts, ends, strict=True))


def _section(text: str, start: int, end: int) -> _Section:
    downs = [found.start() for found in _DOWN.finditer(text, start, end)]
    if not downs:
        raise SectionError(MISSING_DOWN)
    if len(downs) > 1:
        raise SectionError(MULTIPLE_DOWN)
    head = text[start : downs[0]].partition("\n")[0]
    return _Section((start, downs[0]), (downs[0], end), _NO_TRANSACTION.search(head) is None)
