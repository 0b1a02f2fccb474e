r"""A dump is data: what of it reaches psql is SQL and rows, and no command of the client.

psql runs whatever follows a backslash outside of strings (``\!`` a program, ``\copy``, ``\connect``
and so on), and a dump may come from anybody. So each line is read here as psql reads it, and what
could be such a command is refused by name; on top of that psql itself is told to take none
(``\restrict``), where it knows how. Refused as well are statements that pg_dump never writes and
that reach beyond the database: COPY with a program or a file of the server, LOAD, ALTER SYSTEM, DO.

Where psql's reading could differ from ours (a string that goes on in the next line, an encoding in
which a quote may be half of a character), the dump is refused: pg_dump writes nothing of the kind.
Source: psql's psqlscan.l and copy.c.
"""

import re
import secrets
from collections.abc import Iterator

from analyzer.errors import RefusedError

_TOKEN = re.compile(
    rb"""
      (?P<space>[ \t\n\r\f\v]+)
    | (?P<line>--[^\r\n]*)
    | (?P<block>/\*)
    | (?P<escaped>[eE]')
    | (?P<plain>(?:[uU]&|[nNbBxX])?')
    | (?P<name>(?:[uU]&)?")
    | (?P<dollar>\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$)
    | (?P<word>[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff$]*)
    | (?P<number>[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?)
    | (?P<end>;)
    | (?P<backslash>\\)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {
    "plain": re.compile(rb"[^']*+(?:''[^']*+)*+'"),
    "name": re.compile(rb'[^"]*+(?:""[^"]*+)*+"'),
    "escaped": re.compile(rb"(?:[^'\\]++|\\.|'')*+'(?!')", re.DOTALL),
}
_BLOCK_MARK = re.compile(rb"/\*|\*/")
_KEY = re.compile(rb"\\(?:un)?restrict [A-Za-z0-9]+\r?\n?")  # pg_dump's own: ours takes its place
_DATA_END = (b"\\.\n", b"\\.\r\n", b"\\.")
_FIRST = 6  # words of a statement that are looked at
_UNSAFE = (
    b"sjis",
    b"shift",
    b"mskanji",
    b"win932",
    b"windows932",
    b"big5",
    b"win950",
    b"windows950",
    b"gbk",
    b"win936",
    b"windows936",
    b"uhc",
    b"win949",
    b"windows949",
    b"gb18030",
    b"johab",
)
_QUOTED = ("plain", "escaped", "name", "dollar")
_SHOWN = 40


def guarded(lines: Iterator[bytes], place: str, *, alone: bool = False) -> Iterator[bytes]:
    """Give a dump's lines, but for those with pg_dump's own key.

    Args:
        lines: the dump.
        place: what to call it in a message.
        alone: whether the psql that will read it cannot be restricted; then what an old psql
            could read otherwise is refused as well.

    Raises:
        RefusedError: it holds a command for psql, or a statement that no dump needs.
    """
    return _LineReader(place, alone=alone).read(lines)


def restricted(script: Iterator[bytes], *, known: bool) -> Iterator[bytes]:
    """Have psql refuse every command of its own while it reads a script, where it knows how."""
    key = secrets.token_hex(16).encode()
    if known:
        yield b"\\restrict %s\n" % key
    yield from script
    if known:
        yield b"\n\\unrestrict %s\n" % key


def lines_of(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut blocks into lines, each with its line feed."""
    rest: list[bytes] = []
    for block in blocks:
        first, *more = block.split(b"\n")
        rest.append(first)
        if more:
            yield b"".join(rest) + b"\n"
            *whole, last = more
            for line in whole:
                yield line + b"\n"
            rest = [last]
    if any(rest):
        yield b"".join(rest)


def knows_restrict(version: str) -> bool:
    """Whether a psql of this version can be restricted, as since CVE-2025-8714."""
    found = re.match(r"(\d+)(?:\.(\d+))?", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2] or 0)
    since = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}
    return minor >= since[major] if major in since else major >= 18  # noqa: PLR2004  above


class _LineReader:
    """Reads line by line, and knows where in a statement it stands."""

    def __init__(self, place: str, *, alone: bool) -> None:
        self.place, self.alone, self.number = place, alone, 0
        self.inside = ""  # what is open at a line's end: plain, escaped, name, dollar or block
        self.tag, self.depth = b"", 0  # of a dollar quote; of nested comments
        self.data = False  # rows of a COPY
        self._begin()

    def _begin(self) -> None:
        """A statement may begin."""
        self.words: list[bytes] = []  # the first ones of it
        self.size = 0  # how many tokens of it there were
        self.last, self.word = "", b""  # the kind of the last token; the word, if it was one
        self.parens = 0
        self.blocks = 0  # BEGIN ATOMIC ... END: a semicolon in it ends nothing
        self.way = b""  # of a COPY: from or to
        self.rows_follow = False

    def read(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """See `guarded`."""
        for line in lines:
            self.number += 1
            if b"\0" in line:
                raise self._refused("a NUL byte", "no dump holds one: psql reads nothing after it")
            if self.data:
                self.data = line not in _DATA_END
                yield line
            elif self.inside or self.size or not _KEY.fullmatch(line):
                self._take(line)
                yield line

    def _take(self, line: bytes) -> None:
        position = self._close(line, 0) if self.inside else 0
        while position < len(line):
            found = _TOKEN.match(line, position)
            if found is None:  # there is nothing that no token takes
                raise self._refused(repr(line[position : position + 1]), "it cannot be read")
            if self.data and found.lastgroup != "space":
                raise self._statement("something behind COPY FROM STDIN in the same line")
            position = self._token(str(found.lastgroup), found, line)

    def _token(self, kind: str, found: "re.Match[bytes]", line: bytes) -> int:
        """Take one token in; return where the next one begins."""
        position = found.end()
        if kind in ("space", "line"):
            return position
        if kind == "block":
            self.inside, self.depth = "block", 1
            return self._close(line, position)
        self._demand_clear(kind, found, line)
        self.size += kind != "end"
        self._look(kind, found[0].lower())
        self.last, self.word = kind, found[0].lower() if kind == "word" else b""
        if kind in _QUOTED:
            self.inside, self.tag = kind, found[0]
            return self._close(line, position)
        return position

    def _demand_clear(self, kind: str, found: "re.Match[bytes]", line: bytes) -> None:
        """Refuse commands, and what a psql of another version might read otherwise."""
        before = line[max(found.start() - 1, 0) : found.start()]
        if kind == "backslash":
            raise self._command(line[found.start() :])
        if kind in ("plain", "escaped") and self.last == "escaped":
            raise self._refused("a string in pieces", "pg_dump writes each in one piece")
        if kind in ("word", "dollar") and re.match(rb"[\w$\x80-\xff]", before):
            raise self._refused("a word right behind a number", "pg_dump writes a blank between")
        if before == b":" and kind == "word" and b"$" in found[0]:
            raise self._refused("a dollar quote within a variable", "pg_dump writes none")
        if self.alone and before == b":" and re.match(rb"[A-Z]", found[0]):
            raise self._refused(f"`:{_shown(found[0])}`", "psql would put a text in its place")

    def _look(self, kind: str, text: bytes) -> None:
        """Look at what a statement does."""
        if kind == "end":
            self._end()
        elif kind == "sign":
            self.parens = max(self.parens + (text == b"(") - (text == b")"), 0)
        elif kind == "word":
            self._look_at_word(text)
        if self.words[:1] == [b"copy"] and not self.parens and kind != "end":
            self._look_at_copy(kind, text)

    def _look_at_word(self, word: bytes) -> None:
        if len(self.words) < _FIRST:
            self.words.append(word)
        self._demand_encoding(word)
        if self.size == 1 and word in (b"do", b"load"):
            raise self._statement(word.decode().upper())
        if self.words == [b"alter", b"system"]:
            raise self._statement("ALTER SYSTEM")
        if self.words[0] == b"create" and not self.parens and word in (b"begin", b"case", b"end"):
            step = {b"begin": 1, b"case": int(self.blocks > 0), b"end": -1}[word]
            self.blocks = max(self.blocks + step, 0)

    def _look_at_copy(self, kind: str, text: bytes) -> None:
        if self.way and self.word == self.way:
            if kind in _QUOTED:
                raise self._statement("COPY with a file of the server")
            if text == b"program":
                raise self._statement("COPY with a program of the server")
            self.rows_follow = self.rows_follow or (text == b"stdin" and self.way == b"from")
        elif not self.way and kind == "word" and text in (b"from", b"to") and self.size > 1:
            self.way = text

    def _end(self) -> None:
        """End a statement, where psql would."""
        if not self.parens and not self.blocks:
            self.data = self.rows_follow
            self._begin()

    def _close(self, line: bytes, position: int) -> int:
        """Pass over what is open, if its end is in this line; return where to go on."""
        if self.inside == "block":
            return self._close_comment(line, position)
        if self.inside == "dollar":
            end = line.find(self.tag, position)
            end = len(line) if end < 0 else end + len(self.tag)
            closed = line[max(position, end - len(self.tag)) : end] == self.tag
        else:
            found = _CLOSING[self.inside].match(line, position)
            closed, end = found is not None, len(line) if found is None else found.end()
        self._demand_plain(line[position:end])
        if closed:
            self.inside = ""
        return end

    def _close_comment(self, line: bytes, position: int) -> int:
        for mark in _BLOCK_MARK.finditer(line, position):
            self.depth += 1 if mark[0] == b"/*" else -1
            if not self.depth:
                self.inside = ""
                return mark.end()
        return len(line)

    def _demand_plain(self, text: bytes) -> None:
        """Refuse a string or name that changes what a quote is, or may be read in two ways."""
        if self.alone and self.inside == "plain" and b"\\'" in text:
            raise self._refused("a backslash before a quote", "psql could read on behind it")
        self._demand_encoding(text)

    def _demand_encoding(self, text: bytes) -> None:
        sets = b"client_encoding" in self.words[:3] or self.words[:2] == [b"set", b"names"]
        if sets and re.sub(rb"[^a-z0-9]", b"", text.lower()).startswith(_UNSAFE):
            raise self._refused(
                f"the encoding {_shown(text)}", "in it a quote may be half of a character"
            )

    def _command(self, text: bytes) -> RefusedError:
        return self._refused(
            f"`{_shown(text)}`",
            "what follows a backslash is a command for psql, which runs it on this computer; a "
            "dump that pg_dump wrote holds none",
            dump=text.startswith((b"\\connect", b"\\c ")),
        )

    def _statement(self, what: str) -> RefusedError:
        return self._refused(
            what, "it reaches beyond the database, and pg_dump writes no such statement"
        )

    def _refused(self, what: str, why: str, *, dump: bool = False) -> RefusedError:
        return RefusedError(
            f"{self.place} holds {what} in line {self.number}",
            why=f"{why}; it was not loaded",
            fix="dump it again without --create, which changes to another database"
            if dump
            else "take the dump from where it was made, and look at this one: somebody changed it",
        )


def _shown(text: bytes) -> str:
    line = text.strip().decode("utf-8", "replace")
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]} ..."
