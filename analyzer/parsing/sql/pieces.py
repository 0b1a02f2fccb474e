"""A text of SQL cut into its statements, and those put right that sqlglot does not know."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.parsing.sql.dialect import Dialect
from analyzer.records import Struct, field

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_PROGRAMS = frozenset({"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"})
_OPENING, _CLOSING = frozenset({"BEGIN", "CASE"}), "END"
_HEAD = 8  # words among which CREATE says what it creates
_INDEX_KINDS = frozenset({"FULLTEXT", "SPATIAL"})
_TABLE_TAIL = re.compile(r"\)\s*(?:(?:WITHOUT\s+ROWID|STRICT)\s*,?\s*)+\Z", re.IGNORECASE)


class UncutTextError(Exception):
    """The text has no statements: something in it is not closed."""


class SqlPiece(Struct):
    """One statement: its text, its tokens in upper case, and its one-based line.

    ``marks`` are the words that were taken out of ``sql``, as sqlglot does not know them there.
    """

    text: str
    words: tuple[str, ...]
    line: int
    sql: str = ""
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> tuple[str, ...]:
        """The first words, in upper case."""
        return tuple(self.text.upper().split(None, _HEAD)[:_HEAD])

    @property
    def is_program(self) -> bool:
        """Whether it creates something that has statements inside."""
        return self.words[:1] == ("CREATE",) and bool(_PROGRAMS & set(self.words[1:_HEAD]))


def pieces(text: str, dialect: Dialect) -> Iterator[SqlPiece]:
    """Cut a text at the semicolons that end a statement.

    Raises:
        UncutTextError: a text, a name or a comment is not closed.
    """
    for tokens in _statements(_tokens(text, dialect)):
        start, end = tokens[0].start, tokens[-1].end + 1
        words = tuple(token.text.upper() for token in tokens)
        line = text.count("\n", 0, start) + 1
        piece = SqlPiece(text[start:end], words, line)
        piece.sql = _put_right(piece, tokens, start)
        yield piece


def _tokens(text: str, dialect: Dialect) -> "list[Token]":
    from sqlglot import Dialect as Known
    from sqlglot.errors import SqlglotError

    try:
        return list(Known.get_or_raise(dialect.name).tokenize(text))
    except (SqlglotError, RecursionError, ValueError) as error:
        raise UncutTextError(str(error)) from error


def _statements(tokens: "Sequence[Token]") -> "Iterator[list[Token]]":
    """Cut between statements; a program's own ones stay inside of it."""
    found: list[Token] = []
    depth = 0
    for token in tokens:
        is_end = token.token_type.name == "SEMICOLON"
        if is_end and depth <= 0:
            if found:
                yield found
            found, depth = [], 0
            continue
        found.append(token)
        depth = _depth(found, depth)
    if found:
        yield found


def _depth(found: "Sequence[Token]", depth: int) -> int:
    word = found[-1].text.upper()
    if word in _OPENING:
        head = {token.text.upper() for token in found[1:_HEAD]}
        inside = found[0].text.upper() == "CREATE" and bool(_PROGRAMS & head)
        return depth + 1 if inside else depth
    return depth - 1 if word == _CLOSING and depth else depth


def _put_right(piece: SqlPiece, tokens: "Sequence[Token]", start: int) -> str:
    """Write a statement so that sqlglot knows it; what is taken out of it becomes a mark."""
    words = piece.words
    if words[0] == "REPLACE":
        piece.marks["REPLACE"] = "REPLACE"
        return f"INSERT{piece.text[len('REPLACE') :]}"
    if words[0] != "CREATE":
        return piece.text
    if "INDEX" in words[1:_HEAD]:
        return _index_put_right(piece, tokens, start)
    if words[1:2] == ("VIRTUAL",) and "(" in words:
        return piece.text[: tokens[words.index("(")].start - start]  # its module's own language
    return _TABLE_TAIL.sub(")", piece.text) if "TABLE" in words[1:_HEAD] else piece.text


def _index_put_right(piece: SqlPiece, tokens: "Sequence[Token]", start: int) -> str:
    """Take the kind of an index, and USING, out of the statement."""
    cuts: list[tuple[int, int]] = []
    depth = 0
    for place, token in enumerate(tokens):
        word = piece.words[place]
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word in _INDEX_KINDS and place == 1:
            piece.marks["USING"] = word.lower()
            cuts.append((token.start, token.end + 1))
        elif word == "USING" and not depth and place + 1 < len(tokens):
            piece.marks["USING"] = piece.words[place + 1].lower()
            cuts.append((token.start, tokens[place + 1].end + 1))
    text = piece.text
    for first, last in reversed(cuts):
        text = text[: first - start] + text[last - start :]
    return text
