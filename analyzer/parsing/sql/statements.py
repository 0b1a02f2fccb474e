"""SQL to effects through sqlglot. What it does not know is opaque, and the rest is kept."""

import re
from collections.abc import Iterator

from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Opaque
from analyzer.parsing.sql.altered_table import altered_table
from analyzer.parsing.sql.dialect import Dialect
from analyzer.parsing.sql.pieces import SqlPiece, UncutTextError, pieces
from analyzer.records import replace

_LARGEST = 2_000_000  # characters; sqlglot reads 100,000 a second
_DEEPEST = 150  # parentheses inside each other; sqlglot calls itself for each
_SHOWN = 200


def parse_sql(text: str, dialect: Dialect) -> tuple[Effect, ...]:
    """Read SQL. Total: a statement that cannot be read becomes Opaque, and the others are kept.

    Returns: effects in the order of the statements; ``line`` is the statement's in the text,
        one-based.
    """
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    if len(text) > _LARGEST:
        return (Opaque(_shown(text), 1, f"more than {_LARGEST // 1_000_000} million characters"),)
    try:
        found = list(pieces(text, dialect))
    except UncutTextError as error:
        return (Opaque(_shown(text), 1, _unread(dialect, error)),)
    return tuple(effect for piece in found for effect in _effects(piece, dialect))


def _effects(piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    for effect in _read(piece, dialect):
        shown = replace(effect, text=_shown(effect.text)) if isinstance(effect, Opaque) else effect
        yield shown


def _read(piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    if piece.is_program:
        yield _program(piece)
    elif piece.head[:2] == ("RENAME", "TABLE"):
        yield from _renamed(piece)
    elif piece.head[:2] in dialect.settings:
        yield e.ChangeOther(piece.text.strip(), piece.line)
    elif piece.head[0] in dialect.harmless:
        return
    elif piece.head[0] in dialect.other or _only_converts(piece):
        yield e.ChangeOther(" ".join(piece.head[:2]), piece.line)
    else:
        yield from _parsed(piece, dialect)


def _only_converts(piece: SqlPiece) -> bool:
    """``ALTER TABLE t CONVERT TO CHARACTER SET``, which changes how texts are kept."""
    said = " ".join(piece.words)
    return piece.words[0] == "ALTER" and " CONVERT TO CHARACTER SET " in said and "," not in said


def _parsed(piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    from analyzer.parsing.sql.parsed import UnknownStatementError

    try:
        yield from _tree_effects(piece, dialect)
    except (UnknownStatementError, RecursionError) as error:
        within = altered_table(piece.text)
        yield Opaque(piece.text, piece.line, _unread(dialect, error), within=within)


def _tree_effects(piece: SqlPiece, dialect: Dialect) -> list[Effect]:
    from analyzer.parsing.sql import rows, tables
    from analyzer.parsing.sql.parsed import UnknownStatementError, parsed

    if _depth(piece.sql) > _DEEPEST:
        raise UnknownStatementError("its parentheses are nested too deeply")
    node = parsed(piece.sql, dialect)
    read = {**tables.STATEMENTS, **rows.STATEMENTS}.get(type(node))
    if read is None:
        raise UnknownStatementError(f"{type(node).__name__} is not followed in the schema")
    return list(read(node, piece, dialect))


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in re.finditer(r"[()]", text):
        depth += 1 if mark[0] == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def _program(piece: SqlPiece) -> Effect:
    """A trigger, a function or a procedure, by name: its statements are not looked into."""
    words = piece.text.split()
    upper = [word.upper() for word in words]
    at = next(n for n, word in enumerate(upper) if word in _KINDS)
    kind, rest = upper[at].lower(), words[at + 1 :]
    passes = [word.upper() for word in rest[:3]] == ["IF", "NOT", "EXISTS"]
    name = _bare((rest[3:] if passes else rest or [""])[0])
    if kind != "trigger":
        return e.CreateObject(kind, name, piece.line, if_not_exists=passes)
    table = _bare(words[upper.index("ON", at) + 1]) if "ON" in upper[at:] else ""
    return e.CreateObject(kind, f"{table}.{name}", piece.line, (table,), if_not_exists=passes)


_KINDS = ("TRIGGER", "PROCEDURE", "FUNCTION", "EVENT")


def _renamed(piece: SqlPiece) -> Iterator[Effect]:
    """``RENAME TABLE a TO b, c TO d``."""
    body = piece.text.split(None, 2)[2]
    for pair in body.split(","):
        old, *new = re.split(r"\s+TO\s+", pair, maxsplit=1, flags=re.IGNORECASE)
        yield e.RenameTable(_bare(old), _bare("".join(new)), piece.line, by_sql=True)


def _bare(name: str) -> str:
    """A name without its quotes, its schema and what follows it."""
    word = re.split(r"[(\s]", name.strip(), maxsplit=1)[0]
    return re.sub(r"[\"`\[\]]", "", word).rpartition(".")[2]


def _unread(dialect: Dialect, error: Exception) -> str:
    said = " ".join(str(error).split("\n", 1)[0].split()) or "it is nested too deeply"
    return f"the reader of {dialect.title}'s SQL does not know it: {said}"


def _shown(text: str) -> str:
    words = " ".join(text[: 4 * _SHOWN].split())
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
