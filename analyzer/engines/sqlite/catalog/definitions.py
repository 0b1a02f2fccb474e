"""What SQLite keeps as text only: types, defaults, names of constraints, expressions."""

import json
import re
from collections.abc import Iterator, Mapping

from analyzer.engines.sqlite.dialect import DIALECT, read_type
from analyzer.model.schema.schema import Constraint, ConstraintKind, Default, SqlText
from analyzer.parsing.column_types import sql_type

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"", re.DOTALL)
_NAME = r"(?:\"((?:[^\"]|\"\")+)\"|`([^`]+)`|\[([^\]]+)\]|(\w+))"
_FOREIGN = re.compile(
    rf"CONSTRAINT\s+{_NAME}\s+FOREIGN\s+KEY\s*\(([^)]*)\)", re.IGNORECASE | re.DOTALL
)
_UNIQUE = re.compile(rf"CONSTRAINT\s+{_NAME}\s+UNIQUE\s*\(([^)]*)\)", re.IGNORECASE | re.DOTALL)
_CHECK = re.compile(rf"(?:CONSTRAINT\s+{_NAME}\s+)?\bCHECK\s*\(", re.IGNORECASE)
_COLLATED = re.compile(r"\bCOLLATE\s+([\"`\[]?)(\w+)", re.IGNORECASE)
_FIRST = re.compile(r"(([\"`\[]).*?[\"`\]]|\w+)", re.DOTALL)
_OF_TABLES = frozenset({"CONSTRAINT", "CHECK", "FOREIGN", "PRIMARY", "UNIQUE"})
_USUAL_ORDER = "BINARY"
_NO_DAY = re.compile(r"\A2000-01-01 ")  # what Rails writes before a time
_WHERE = re.compile(r"\)\s*WHERE\s+(.*)\Z", re.IGNORECASE | re.DOTALL)
_ON = re.compile(rf"\bON\s+{_NAME}\s*\(", re.IGNORECASE)
_SIZED = frozenset({"decimal", "datetime", "time", "timestamptz"})
_WORDS: Mapping[str, Default] = {"NULL": None, "TRUE": True, "FALSE": False}
_BOOLEANS: Mapping[object, bool] = {1: True, 0: False, "t": True, "f": False}
_NUMBERS = frozenset({"integer", "bigint", "decimal", "float"})


def type_of(text: str | None) -> tuple[str, int | None, int | None, int | None]:
    """A type as it was declared: the neutral one, its limit, its precision and its scale."""
    word, sizes, _ = sql_type(text or "")
    kind, limit = read_type(word, sizes)
    if kind not in _SIZED or not sizes:
        return kind, limit, None, None
    return kind, None, sizes[0], sizes[1] if len(sizes) > 1 else None


def default_of(text: str | None, kind: str) -> Default:
    """A default as it was declared: a value where it is a constant, else SQL."""
    if text is None:
        return None
    value = _constant(text)
    if kind == "time" and isinstance(value, str):
        return _NO_DAY.sub("", value)
    if kind == "boolean" and not isinstance(value, SqlText):
        return _BOOLEANS.get(value, value)
    if kind == "json" and isinstance(value, str):
        return _unwrapped(value)
    if kind in _NUMBERS and isinstance(value, str) and _NUMBER.fullmatch(value):
        return _number(value)
    return value


def _unwrapped(text: str) -> str:
    """JSON that was written as JSON again: Rails does so each time it makes a table anew."""
    try:
        value = json.loads(text)
        while isinstance(value, str):
            value = json.loads(value)
    except (ValueError, RecursionError):
        return text
    return json.dumps(value, separators=(",", ":"))


def _constant(text: str) -> Default:
    if text.upper() in _WORDS:
        return _WORDS[text.upper()]
    found = _TEXT.fullmatch(text)
    if found is not None:
        inner, quote = (found[1], "'") if found[1] is not None else (found[2], '"')
        return str(inner).replace(quote * 2, quote)
    return _number(text) if _NUMBER.fullmatch(text) else SqlText(text)


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


def key_names_in(sql: str) -> Mapping[tuple[str, ...], str]:
    """The names of a table's foreign keys, by their columns: SQLite keeps them nowhere else."""
    return _names_by_columns(_FOREIGN, sql)


def unique_names_in(sql: str) -> Mapping[tuple[str, ...], str]:
    """The names of a table's unique constraints, by their columns; likewise."""
    return _names_by_columns(_UNIQUE, sql)


def _names_by_columns(form: "re.Pattern[str]", sql: str) -> Mapping[tuple[str, ...], str]:
    found = {}
    for it in form.finditer(sql):
        columns = tuple(_bare(word) for word in it[5].split(","))
        found[columns] = _named(it)
    return found


def _named(found: "re.Match[str]") -> str:
    return next((str(found[n]) for n in range(1, 5) if found[n]), "").replace('""', '"')


def _bare(word: str) -> str:
    return word.strip().strip('"`[]')


def checks_in(table: str, sql: str) -> Iterator[Constraint]:
    """The checks of a table, with their expressions; one without a name is called as elsewhere."""
    for column, part in parts_in(sql):
        usual = "_".join(filter(None, (table, column, "check")))
        for found in _CHECK.finditer(part):
            text = _balanced(part, found.end())
            yield Constraint(_named(found) or usual, ConstraintKind.CHECK, text)


def collations_in(sql: str) -> Mapping[str, str]:
    """The collations of columns, by column, where one was declared."""
    found = ((column, _COLLATED.search(part)) for column, part in parts_in(sql) if column)
    return {column: str(it[2]) for column, it in found if it and it[2].upper() != _USUAL_ORDER}


def parts_in(sql: str) -> Iterator[tuple[str, str]]:
    """What a table is declared with: a column's name and its text, or none and a constraint's."""
    opened = sql.find("(") + 1
    sql, start, at = f"{_balanced(sql, opened)}," if opened else "", 0, 0
    while at < len(sql):
        quoted = _TEXT.match(sql, at)
        if quoted is not None:
            at = quoted.end()
        elif sql[at] == "(":
            at += len(_balanced_span(sql, at + 1)) + 1
        elif sql[at] == ",":
            yield _told(sql[start:at].strip())
            at = start = at + 1
        else:
            at += 1


def _told(part: str) -> tuple[str, str]:
    word = _FIRST.match(part)
    if word is None or (not word[2] and part[: word.end()].upper() in _OF_TABLES):
        return "", part
    return _bare(word[0]), part


def _balanced(sql: str, start: int) -> str:
    """What stands in parentheses of which the first was opened."""
    return _balanced_span(sql, start)[:-1].strip()


def _balanced_span(sql: str, start: int) -> str:
    """The same, as it stands, with the last parenthesis."""
    depth, at = 1, start
    while at < len(sql) and depth:
        quoted = _TEXT.match(sql, at)
        if quoted is not None:
            at = quoted.end()
            continue
        depth += {"(": 1, ")": -1}.get(sql[at], 0)
        at += 1
    return sql[start:at]


def elements_of(sql: str) -> str:
    """The elements of an index with an expression, as they stand."""
    found = _ON.search(sql)
    return _balanced(sql, found.end()) if found is not None else ""


def where_of(sql: str) -> str | None:
    """The condition of a partial index."""
    found = _WHERE.search(sql)
    return found[1].strip() if found is not None else None


def generated_in(sql: str) -> Mapping[str, str]:
    """The expressions of computed columns, by column; the reader of SQL has to find them."""
    from analyzer.model.effects.effect import CreateTable
    from analyzer.parsing.sql.statements import parse_sql

    made = (it for it in parse_sql(sql, DIALECT) if isinstance(it, CreateTable))
    return {
        column.name: column.generated
        for it in made
        for column in it.table.columns
        if column.generated is not None
    }
