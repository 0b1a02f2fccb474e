"""SQL to effects through PostgreSQL's own parser."""

import json
import re
from collections.abc import Iterator

from analyzer.engines.postgresql.parser import sql_objects, sql_rows, sql_tables
from analyzer.engines.postgresql.parser.sql_node import Node, opened
from analyzer.model.effects.effect import Effect, Opaque
from analyzer.parsing.sql.altered_table import altered_table
from analyzer.records import replace

_STATEMENTS = {**sql_tables.STATEMENTS, **sql_objects.STATEMENTS, **sql_rows.STATEMENTS}
_LARGEST = 5_000_000  # characters; the tree of a longer text would not fit in memory
_DEEPEST_COMMENT = 50  # PostgreSQL nests comments, and its scanner takes quadratic time for them
_COMMENT = re.compile(r"/\*|\*/")
_META = re.compile(r"^\\[a-z]+\b.*$", re.MULTILINE)  # psql's commands, which pg_dump writes too
_SPACE = re.compile(r"(?:\s++|--[^\n]*+(?:\n|$)|/\*.*?\*/)*+", re.DOTALL)
_SHOWN = 200


class _UnparsableError(Exception):
    """PostgreSQL's parser refuses the text."""


def parse_sql(text: str) -> tuple[Effect, ...]:
    """Read SQL. Total: a statement that cannot be read becomes Opaque, and the others are kept.

    Returns: effects in the order of the statements; ``line`` is the statement's in the text,
        one-based.
    """
    text = _META.sub("", text).replace("\0", "").encode("utf-8", "replace").decode()
    if len(text) > _LARGEST:
        return (Opaque(_shown(text), 1, f"more than {_LARGEST // 1_000_000} million characters"),)
    if _comments_nest(text):
        return (Opaque(_shown(text), 1, "its comments are nested too deeply"),)
    return tuple(_effects(text))


def _comments_nest(text: str) -> bool:
    depth = 0
    for mark in _COMMENT.finditer(text):
        depth = depth + 1 if mark[0] == "/*" else max(depth - 1, 0)
        if depth > _DEEPEST_COMMENT:
            return True
    return False


def _effects(text: str) -> Iterator[Effect]:
    try:
        statements = _parsed(text)
    except _UnparsableError:
        yield from _piecewise(text)
        return
    raw, line, at = text.encode(), 1, 0
    for statement in statements:
        start = int(statement.get("stmt_location", 0))
        length = int(statement.get("stmt_len", 0)) or len(raw) - start
        line, at = line + raw.count(b"\n", at, start), start
        piece = raw[start : start + length].decode("utf-8", "replace")
        yield from _statement(statement.get("stmt") or {}, piece, line)


def _parsed(text: str) -> list[Node]:
    try:
        from pglast.parser import ParseError, parse_sql_json  # 35 ms to load
    except ImportError as error:
        raise _UnparsableError("pglast, which reads SQL, is not installed") from error
    try:
        return list(json.loads(parse_sql_json(text)).get("stmts", []))
    except (ParseError, ValueError, RecursionError) as error:
        raise _UnparsableError(str(error)) from error


def _piecewise(text: str) -> Iterator[Effect]:
    """Read statement by statement where the whole cannot be read."""
    line, at = 1, 0
    for start, end in _slices(text):
        line, at = line + text.count("\n", at, start), start
        piece = text[start:end]
        if not piece[_leading(piece) :]:
            continue
        try:
            statements = _parsed_loosely(piece)
        except _UnparsableError as error:
            why = f"PostgreSQL's parser cannot read it: {error}"
            within = altered_table(piece)
            yield Opaque(_shown(piece), line + _leading_lines(piece), why, within=within)
            continue
        for statement in statements:
            yield from _statement(statement.get("stmt") or {}, piece, line)


def _parsed_loosely(piece: str) -> list[Node]:
    """Parse a statement; MySQL's quotes are read as far as the two languages are one."""
    try:
        return _parsed(piece)
    except _UnparsableError:
        if "`" not in piece:
            raise
        return _parsed(piece.replace("`", '"'))


def _slices(text: str) -> Iterator[tuple[int, int]]:
    """Cut at the semicolons that PostgreSQL's scanner sees outside of texts and parentheses."""
    try:
        from pglast.parser import ParseError, scan  # 35 ms to load
    except ImportError:
        yield 0, len(text)
        return
    try:
        tokens = scan(text)
    except (ParseError, ValueError):
        yield 0, len(text)
        return
    start = depth = 0
    for token in tokens:
        depth += {"ASCII_40": 1, "ASCII_41": -1}.get(token.name, 0)
        if token.name == "ASCII_59" and depth <= 0:
            yield start, token.start
            start, depth = token.end + 1, 0
    yield start, len(text)


def _statement(node: Node, text: str, line: int) -> Iterator[Effect]:
    kind, fields = opened(node)
    line += _leading_lines(text)
    read = _STATEMENTS.get(kind)
    if read is None:
        word = kind.removesuffix("Stmt") or "nothing"
        yield Opaque(_shown(text), line, f"{word} is not followed in the schema")
        return
    for effect in read(fields, line):
        yield replace(effect, text=_shown(text)) if isinstance(effect, Opaque) else effect


def _leading(text: str) -> int:
    space = _SPACE.match(text)
    return space.end() if space else 0


def _leading_lines(text: str) -> int:
    return text.count("\n", 0, _leading(text))


def _shown(text: str) -> str:
    words = " ".join(text[_leading(text) :][: 4 * _SHOWN].split())
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
