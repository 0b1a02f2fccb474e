"""Rows in a SQL script: the data lines of COPY and the tuples of INSERT.

Source: PostgreSQL manual, COPY, Text Format.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from analyzer import limits
from analyzer.engines.ports.exports import StoredVersions
from analyzer.engines.postgresql.dumps.sql_scan import Scanner, Token, TokenKind, cut_off
from analyzer.errors import RowsError
from analyzer.frameworks.ports.store import Store
from analyzer.model.core.table_row import NO_COLUMNS, Columns, joint, key_columns
from analyzer.records import Struct
from analyzer.sources.files.buffered_reader import Window
from analyzer.sources.files.stored import Stored

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_LETTERS: Mapping[str, str] = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CONSTRAINTS = ("constraint", "primary", "unique", "check", "foreign", "exclude", "like")


def read_columns(scanner: Scanner) -> tuple[str, ...]:
    """Read the names in a list of columns or of column definitions, to its closing parenthesis."""
    columns: list[str] = []
    depth, first = 1, True
    while depth:
        token = scanner.next_in_statement()
        if first and (token.kind is TokenKind.NAME or _is_plain_column(token)):
            columns.append(token.text)
            if len(columns) > limits.COLUMNS.most:
                place = f"line {token.line} of {scanner.window.place}"
                raise limits.COLUMNS.exceeded(RowsError, place)
        first = depth == 1 and token.is_sign(",")
        depth += token.is_sign("(") - token.is_sign(")")
    return tuple(columns)


def _is_plain_column(token: Token) -> bool:
    return token.kind is TokenKind.WORD and token.text not in _CONSTRAINTS


class Cells(Struct, frozen=True):
    """Where a row holds what is read of it: ``key`` is empty where it holds no version."""

    count: int  # of the columns; 0 where they are not named
    key: tuple[int, ...]  # places of the columns that make up the version
    kept: tuple[str, ...]  # names of what is read besides
    places: tuple[int, ...]  # of those
    joint: str = "."  # what stands between the texts of the key


def cells_of(columns: Sequence[str], store: Store) -> Cells:
    """Find what the framework keeps among a table's columns."""
    kept, named = store.kept(columns), key_columns(store.version_column)
    key = tuple(map(columns.index, named)) if {*named}.issubset(columns) else ()
    places = tuple(map(columns.index, kept))
    return Cells(len(columns), key, kept, places, joint(store.version_column))


def read_copied(window: Window, cells: Cells, line: int, rows: StoredVersions) -> None:
    r"""Read the data lines of a COPY, to the ``\.`` after them, into ``rows``.

    Raises:
        RowsError: a line has too many or too few values, or the text ends before the ``\.``.
    """
    assert cells.key  # noqa: S101  the caller has looked
    while True:
        number = window.line
        data = window.read_line()
        if data is None:
            raise cut_off(window.place, "table's data (COPY)", line)
        if data == b"\\.":
            return
        values = data.decode(errors="replace").split("\t")
        if len(values) != cells.count:
            raise _wrong_count(window.place, number, cells.count, len(values))
        more = (_unescape(values[place]) for place in cells.places)
        columns = Columns(cells.kept, more) if cells.kept else NO_COLUMNS
        version = _joined(cells, (_unescape(values[place]) for place in cells.key))
        rows.add(version, number, columns)


def _joined(cells: Cells, parts: Iterable[str | None]) -> str | None:
    """The version that parts make up; None where one of them is NULL."""
    known = list(parts)
    return None if None in known else cells.joint.join(map(str, known))


def _unescape(cell: str) -> str | None:
    return None if cell == "\\N" else _ESCAPE.sub(_unescaped, cell)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code.isdecimal() and code.isascii():
        return chr(int(code, 8)) if code[0] in "01234567" else code
    return _LETTERS.get(code, code)


def read_tuples(scanner: Scanner, cells: Cells, rows: StoredVersions) -> Token:
    """Read the tuples after VALUES into ``rows``; return the token after the last.

    Without the names of the columns, the only value of a tuple is taken for the version.

    Raises:
        RowsError: a tuple has too many or too few values, or its version is no plain value.
    """
    place = scanner.window.place
    token = scanner.next_in_statement()
    while token.is_sign("("):
        values = _read_tuple(scanner)
        if not cells.count and len(values) > 1:
            raise _unnamed(place, token.line)
        if cells.count and len(values) != cells.count:
            raise _wrong_count(place, token.line, cells.count, len(values))
        if not cells.count or cells.key:
            found = [_plain(values[at], place, token.line) for at in cells.key or (0,)]
            more = (_plain(values[at], place, token.line).text for at in cells.places)
            rows.add(
                _joined(cells, (it.text for it in found)),
                found[0].line,
                Columns(cells.kept, more) if cells.kept else NO_COLUMNS,
            )
        token = scanner.next_in_statement()
        if token.is_sign(","):
            token = scanner.next_in_statement()
    return token


def _read_tuple(scanner: Scanner) -> list[list[Token]]:
    """Read one tuple as the tokens of each of its values."""
    values: list[list[Token]] = [[]]
    depth, read, place = 1, 0, scanner.window.place
    while True:
        token = scanner.next_in_statement()
        depth += token.is_sign("(") - token.is_sign(")")
        if not depth:
            return values
        read += 1
        if read > limits.TUPLE_TOKENS.most:
            raise limits.TUPLE_TOKENS.exceeded(RowsError, f"line {token.line} of {place}")
        if depth == 1 and token.is_sign(","):
            values.append([])
        else:
            values[-1].append(token)


def _plain(value: Sequence[Token], place: str, line: int) -> Stored:
    """Take a literal, with a cast or without."""
    cast = len(value) == 1 or (len(value) > 1 and value[1].is_sign(":"))
    if cast and value[0].kind in {TokenKind.STRING, TokenKind.NUMBER}:
        return Stored(value[0].text, value[0].line)
    if cast and value[0].is_word("null"):
        return Stored(None, value[0].line)
    raise RowsError(
        f"{place}, line {line}: a version is computed instead of written out",
        why="only a server could tell its value",
        fix="pass a dump by pg_dump, or the versions one per line",
    )


def _unnamed(place: str, line: int) -> RowsError:
    return RowsError(
        f"{place}, line {line}: an INSERT of several values does not name its columns",  # noqa: S608  it is a sentence
        why="it is not clear which of them is the version",
        fix="dump with --column-inserts, or with the table's definition",
    )


def _wrong_count(place: str, line: int, expected: int, found: int) -> RowsError:
    return RowsError(
        f"{place}, line {line}: {found} values stand where {expected} belong",
        why="the file was cut, or changed by hand",
        fix="dump or copy it again",
    )
