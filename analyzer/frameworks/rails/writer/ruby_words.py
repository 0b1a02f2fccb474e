"""Schema objects in the words of a Ruby migration or of db/schema.rb."""

import json
from collections.abc import Iterable, Iterator, Sequence

from analyzer.model.schema.schema import (
    Column,
    Computed,
    Default,
    ForeignKey,
    Index,
    SqlText,
    Table,
)
from analyzer.model.words.text import is_visible

_JSON, _EMPTY = frozenset({"json", "jsonb"}), frozenset({"{}", "[]"})
_SIX_DIGITS = frozenset({"datetime", "timestamptz", "time"})


def ruby_text(text: str) -> str:
    """A Ruby string in double quotes, in which nothing is interpolated."""
    written = json.dumps(text, ensure_ascii=False).replace("#", r"\#")
    return written if is_visible(written) else "".join(map(_escaped, written))


def _escaped(character: str) -> str:
    return character if is_visible(character) else f"\\u{{{ord(character):x}}}"


def ruby_sql(text: str) -> str:
    """A Ruby string in which SQL's own quotes need no backslash, where that is possible."""
    if not is_visible(text) or "\\" in text:
        return ruby_text(text)
    if "'" not in text:
        return f"'{text}'"
    return f"%q({text})" if _balanced(text) else ruby_text(text)


def _balanced(text: str) -> bool:
    """Whether each bracket is closed after it was opened."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def ruby_list(names: Iterable[str]) -> str:
    """A list of strings."""
    return f"[{', '.join(map(ruby_text, names))}]"


def is_sequence(default: Default) -> bool:
    """Whether a sequence gives the values."""
    return isinstance(default, SqlText) and default.text.startswith("nextval(")


def column_options(column: Column, usual_precision: int | None = 6) -> Iterator[str]:
    """A column's options besides its type; ``usual_precision`` is what a datetime has unasked."""
    yield from sizes(column, usual_precision)
    if column.enum_type is not None:
        yield f"enum_type: {ruby_text(column.enum_type)}"
    yield from default_option(column.default, column.type)
    if not column.null:
        yield "null: false"
    if column.array:
        yield "array: true"
    if column.collation is not None:
        yield f"collation: {ruby_text(column.collation)}"
    if column.comment:
        yield f"comment: {ruby_text(column.comment)}"


def sizes(column: Column, usual_precision: int | None = 6) -> Iterator[str]:
    """Limit, precision and scale, as far as they are not as usual."""
    if column.limit is not None:
        yield f"limit: {column.limit}"
    if column.type in _SIX_DIGITS - {"time"}:
        if column.precision is None and usual_precision is not None:
            yield "precision: nil"
        elif column.precision not in {usual_precision, None}:
            yield f"precision: {column.precision}"
    elif column.precision is not None:
        yield f"precision: {column.precision}"
    if column.scale is not None:
        yield f"scale: {column.scale}"


def default_option(default: Default, kind: str) -> Iterator[str]:
    """``default: ...`` where there is one, for a column of this type."""
    if default is not None:
        yield f"default: {ruby_value(default, kind)}"


def ruby_value(default: Default, kind: str) -> str:
    """A default as Ruby writes it; ``nil`` for none."""
    match default:
        case None:
            return "nil"
        case SqlText(text) | Computed(text):
            return f"-> {{ {ruby_text(text)} }}"
        case bool():
            return str(default).lower()
        case str() if kind in _JSON and default not in _EMPTY:  # Rails would encode it once more
            quoted = default.replace("'", "''")
            return "-> { " + ruby_text(f"'{quoted}'") + " }"
        case str():
            return default if kind in _JSON else ruby_text(default)
        case _:
            return str(default)


def table_options(table: Table, usual_precision: int | None = 6) -> Iterator[str]:
    """The options of ``create_table``: its primary key and its comment."""
    key = table.primary_key
    if not key:
        yield "id: false"
    elif len(key) > 1:
        yield f"primary_key: {ruby_list(key)}"
    else:
        if key != ("id",):
            yield f"primary_key: {ruby_text(key[0])}"
        column = table.column(key[0])
        if column is not None and column.type != "bigint":
            yield f"id: :{column.type}"
            yield from sizes(column, usual_precision)
            if not is_sequence(column.default):
                yield from default_option(column.default, column.type)
    if table.comment:
        yield f"comment: {ruby_text(table.comment)}"


def table_column(column: Column, usual_precision: int | None = 6) -> str:
    """A column as the block of ``create_table`` declares it."""
    if column.generated is not None:
        return f"t.virtual {ruby_text(column.name)}, {', '.join(virtual_options(column))}"
    rest = "".join(f", {option}" for option in column_options(column, usual_precision))
    if column.type.isidentifier():
        return f"t.{column.type} {ruby_text(column.name)}{rest}"
    return f"t.column {ruby_text(column.name)}, {ruby_text(column.type)}{rest}"


def virtual_options(column: Column) -> Iterator[str]:
    """The options of a generated column."""
    yield f"type: :{column.type}"
    yield from sizes(column)
    if not column.null:
        yield "null: false"
    yield f"as: {ruby_text(column.generated or '')}"
    yield "stored: true"


def index_arguments(index: Index) -> str:
    """Columns and options of ``add_index`` and ``t.index``."""
    options = [index_columns(index), f"name: {ruby_text(index.name)}"]
    if index.unique:
        options.append("unique: true")
    if index.where is not None:
        options.append(f"where: {ruby_text(index.where)}")
    if index.using is not None:
        word = "type" if index.using in _KINDS else "using"
        options.append(f"{word}: :{index.using}")
    if index.include:
        options.append(f"include: {ruby_list(index.include)}")
    if len(index.opclasses) == 1:
        options.append(f"opclass: :{index.opclasses[0]}")
    elif index.opclasses:
        options.append(f"opclass: {_pairs(zip(index.columns, index.opclasses, strict=False))}")
    if index.order:
        options.append(f"order: {_pairs(index.order)}")
    if index.lengths:
        lengths = ((name, str(size)) for name, size in index.lengths)
        options.append(f"length: {_pairs(lengths, bare=True)}")
    return ", ".join(options)


_KINDS = ("fulltext", "spatial")  # kinds of index, and not of the tree behind it


def _pairs(pairs: Iterable[tuple[str, str]], *, bare: bool = False) -> str:
    """A hash of symbols where the words allow it. Args: bare: the values are Ruby as they are."""
    parts = []
    for name, value in pairs:
        key = name if name.isidentifier() else ruby_text(name)
        worded = f":{value}" if value.isidentifier() else ruby_text(value)
        parts.append(f"{key}: {value if bare else worded}")
    return f"{{ {', '.join(parts)} }}"


def index_columns(index: Index) -> str:
    """The columns of an index; an expression as the one text."""
    plain = len(index.columns) != 1 or index.columns[0].isidentifier()
    return ruby_list(index.columns) if plain else ruby_text(index.columns[0])


def key_arguments(table: str, key: ForeignKey) -> str:
    """The arguments of ``add_foreign_key``."""
    columns = ruby_text(key.columns[0]) if len(key.columns) == 1 else ruby_list(key.columns)
    options = [f"column: {columns}", f"name: {ruby_text(key.name)}"]
    if key.primary_key:
        options.append(f"primary_key: {_one_or_list(key.primary_key)}")
    for verb, action in (("delete", key.on_delete), ("update", key.on_update)):
        if action is not None:
            options.append(f"on_{verb}: :{action}")
    if not key.validated:
        options.append("validate: false")
    return f"{ruby_text(table)}, {ruby_text(key.to_table)}, {', '.join(options)}"


def _one_or_list(names: Sequence[str]) -> str:
    return ruby_text(names[0]) if len(names) == 1 else ruby_list(names)
