"""Names and texts as words of SQL that a reader sees all of: the rest is written as escapes.

For a session with standard_conforming_strings on. Source: PostgreSQL manual, 4.1.2.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.words.text import is_visible, unseen_line

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql

_WORD = re.compile("\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
_OCTETS = range(0xDC80, 0xDD00)  # bytes that are no UTF-8, as PEP 383 writes them


def quoted(name: str) -> str:
    """Quote a name: ``U&"..."`` where it would not all be seen."""
    if is_visible(name):
        return '"' + name.replace('"', '""') + '"'
    return 'U&"' + "".join(map(_in_name, name)) + '"'


def literal(text: str) -> str:
    """Quote a text: ``E'...'`` where it would not all be seen."""
    if is_visible(text):
        return "'" + text.replace("'", "''") + "'"
    return "E'" + "".join(map(_in_text, text)) + "'"


def seen(statement: str) -> str:
    """Write a statement of ours again, with escapes for what a reader would not see."""
    return statement if unseen_line(statement) is None else _WORD.sub(_seen_word, statement)


def _seen_word(found: "re.Match[str]") -> str:
    text, quote = found[0][1:-1], found[0][0]
    return quoted(text.replace('""', '"')) if quote == '"' else literal(text.replace("''", "'"))


def written(composed: "sql.Composable") -> str:
    """Write composed SQL, with escapes for what a reader would not see."""
    return "".join(_words(composed))


def _words(part: "sql.Composable") -> Iterator[str]:
    from psycopg import sql  # see above

    if isinstance(part, sql.Composed):
        for one in part:
            yield from _words(one)
    elif isinstance(part, sql.Identifier) and not all(map(is_visible, part._obj)):  # noqa: SLF001  no other way
        yield ".".join(map(quoted, part._obj))  # noqa: SLF001
    elif isinstance(part, sql.Literal) and _is_unseen(part):
        yield literal(str(part._obj))  # noqa: SLF001
    else:
        yield part.as_string(None)


def _is_unseen(part: "sql.Literal") -> bool:
    text = part._obj  # noqa: SLF001  no other way
    return isinstance(text, str) and not is_visible(text)


def _in_name(character: str) -> str:
    if character in '"\\':
        return character * 2
    if is_visible(character):
        return character
    number = ord(character)
    return f"\\{number:04X}" if number <= 0xFFFF else f"\\+{number:06X}"  # noqa: PLR2004


def _in_text(character: str) -> str:
    if character in "'\\":
        return character * 2
    if is_visible(character):
        return character
    number = ord(character)
    if number in _OCTETS:
        return f"\\x{number - 0xDC00:02x}"
    if number < 0x80:  # noqa: PLR2004  ASCII, in whatever encoding
        return f"\\x{number:02x}"
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"  # noqa: PLR2004
