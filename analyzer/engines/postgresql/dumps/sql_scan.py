"""The words of a SQL script as psql reads it: strings and comments hide what they hold.

Source: PostgreSQL manual, 4.1 Lexical Structure; psql's psqlscan.l for backslash commands.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from analyzer.errors import RowsError
from analyzer.records import Struct
from analyzer.sources.files.buffered_reader import Window

_KEEP = 4096  # bytes of a string or comment that are kept; versions and names are far shorter
_TOKEN = re.compile(
    rb"""
      (?P<space>\s+)
    | (?P<comment>--)
    | (?P<block>/\*)
    | (?P<escapes>[eE]')
    | (?P<string>')
    | (?P<name>")
    | (?P<dollar>\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$)
    | (?P<word>[A-Za-z_\x80-\xff][\w$\x80-\xff]*)
    | (?P<number>[0-9][\w.]*)
    | (?P<end>;)
    | (?P<command>\\)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# What ends a statement or hides the end of it.
_HIDING = re.compile(
    rb"""[;'"] | -- | /\*
    | (?<![\w$\x80-\xff])[eE]'
    | (?<![\w$\x80-\xff])\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$""",
    re.VERBOSE,
)
# What can be passed over at once: no end, no E string, no comment, no dollar quote begins in it.
_HARMLESS_TEXT = rb"(?:[^;'\"$/\-eE]++|'[^']*+'|[eE](?=[^'])|-(?=[^-])|/(?=[^*]))*+"
_HARMLESS = re.compile(_HARMLESS_TEXT)
_QUOTE = re.compile(rb"'")
_DOUBLE_QUOTE = re.compile(rb'"')
_QUOTE_OR_BACKSLASH = re.compile(rb"['\\]")
_BLOCK_MARK = re.compile(rb"/\*|\*/")
_LINE_END = re.compile(rb"\n")


class TokenKind(Enum):
    """What a token is."""

    WORD = auto()  # a keyword or a plain name, in small letters as PostgreSQL folds them
    NAME = auto()  # a quoted name
    STRING = auto()
    NUMBER = auto()
    SIGN = auto()
    END = auto()  # the semicolon
    COMMENT = auto()  # a -- comment, without its dashes
    COMMAND = auto()  # a psql command, without its backslash


class Token(Struct, frozen=True):
    """One token, unquoted; of a long string only the beginning. ``line`` is one-based."""

    kind: TokenKind
    text: str
    line: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind is TokenKind.WORD and self.text in words

    def is_sign(self, sign: str) -> bool:
        """Whether it is this sign."""
        return self.kind is TokenKind.SIGN and self.text == sign


class Scanner:
    """Hands out the tokens of a script one by one, or passes over what is left of a statement."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def tokens(self) -> Iterator[Token]:
        """All tokens to the end; statements may be passed over and lines read in between."""
        while (token := self.next()) is not None:
            yield token

    def next(self) -> Token | None:
        """Read the next token; None at the end of the text."""
        window = self.window
        while True:
            window.look_ahead()
            found = _TOKEN.match(window.seen, window.position)
            if found is None:
                return None
            line = window.line
            window.move_to(found.end())
            token = self._token(str(found.lastgroup), found[0], line)
            if token is not None:
                return token

    def next_in_statement(self) -> Token:
        """Read the next token that is no comment; the text must not end here."""
        line = self.window.line
        while True:
            token = self.next()
            if token is None:
                raise self._cut_off("statement", line)
            if token.kind is not TokenKind.COMMENT:
                return token

    def pass_statement(self) -> None:
        """Pass over the rest of a statement that holds no other, without a look at its words."""
        window, begun = self.window, self.window.line
        while True:
            window.look_ahead()
            if harmless := _HARMLESS.match(window.seen, window.position):
                window.move_to(harmless.end())
            _, mark = window.pass_mark(_HIDING)
            found = _TOKEN.fullmatch(mark)
            if found is None:
                raise self._cut_off("statement", begun)
            if found.lastgroup == "end":
                return
            self._rest(str(found.lastgroup), mark, window.line)

    def pass_all(self, statements: re.Pattern[bytes]) -> None:
        """Pass over those of a run of statements that are wholly in sight."""
        self.window.look_ahead()
        if found := statements.match(self.window.seen, self.window.position):
            self.window.move_to(found.end())

    def _token(self, kind: str, text: bytes, line: int) -> Token | None:
        """Make a token of what begins with ``text``; None for a comment between signs."""
        rest = self._rest(kind, text, line)
        match kind:
            case "block" | "space":
                return None
            case "word":
                return Token(TokenKind.WORD, _decode(text).lower(), line)
            case "number" | "sign" | "end":
                return Token(TokenKind[kind.upper()], _decode(text), line)
            case "escapes" | "dollar":
                return Token(TokenKind.STRING, _decode(rest), line)
            case _:
                return Token(TokenKind[kind.upper()], _decode(rest), line)

    def _rest(self, kind: str, opening: bytes, line: int) -> bytes:
        """Read what an opening sign opens, to its end; empty where it opens nothing."""
        match kind:
            case "string":
                return self._quoted(_QUOTE, "string", line)
            case "name":
                return self._quoted(_DOUBLE_QUOTE, "quoted name", line)
            case "escapes":
                return self._escaped(line)
            case "dollar":
                return self._until(re.compile(re.escape(opening)), "dollar-quoted string", line)[0]
            case "comment" | "command":
                return self.window.pass_mark(_LINE_END, _KEEP)[0].removesuffix(b"\r")
            case "block":
                self._pass_block(line)
            case _:
                pass
        return b""

    def _quoted(self, quote: re.Pattern[bytes], what: str, line: int) -> bytes:
        """Read to the closing quote; a doubled one stands for itself."""
        kept = b""
        while True:
            text, mark = self._until(quote, what, line)
            kept = (kept + text)[:_KEEP]
            if self.window.peek(1) != mark:
                return kept
            kept += mark
            self.window.move_to(self.window.position + 1)

    def _escaped(self, line: int) -> bytes:
        """Read to the closing quote of an E string; a backslash takes the next sign with it."""
        kept = b""
        while True:
            text, mark = self._until(_QUOTE_OR_BACKSLASH, "string", line)
            kept = (kept + text)[:_KEEP]
            if mark == b"'" and self.window.peek(1) != mark:
                return kept
            kept += self.window.peek(1)
            self.window.move_to(self.window.position + len(self.window.peek(1)))

    def _pass_block(self, line: int) -> None:
        """Pass over a /* comment */; they nest."""
        depth = 1
        while depth:
            _, mark = self._until(_BLOCK_MARK, "comment", line)
            depth += 1 if mark == b"/*" else -1

    def _until(self, mark: re.Pattern[bytes], what: str, line: int) -> tuple[bytes, bytes]:
        text, found = self.window.pass_mark(mark, _KEEP)
        if not found:
            raise self._cut_off(what, line)
        return text, found

    def _cut_off(self, what: str, line: int) -> RowsError:
        return cut_off(self.window.place, what, line)


def inserts_elsewhere(name: str) -> re.Pattern[bytes]:
    """Match a run of simple INSERTs that do not name this table before their first string."""
    quoted = re.escape(name.replace('"', '""').encode())
    return re.compile(
        rb"(?:\s*+INSERT INTO (?![^';]*" + quoted + rb")" + _HARMLESS_TEXT + rb";)*+", re.IGNORECASE
    )


def cut_off(place: str, what: str, line: int) -> RowsError:
    """Say that a script ends in the middle of something."""
    return RowsError(
        f"{place} ends in the middle of a {what} that begins on line {line}",
        why="it was cut off, so that rows may be missing",
        fix="dump or copy it again, to the end",
    )


def _decode(text: bytes) -> str:
    return text.decode(errors="replace")
