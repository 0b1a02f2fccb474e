"""Sequel's schema methods as SQL, as far as all that they are given is literal."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from analyzer.frameworks.sequel.column_types import (
    INDEX,
    column,
    counted_key,
    foreign_key,
    listed,
    literal_of,
    name_of,
    names_of,
    quoted,
    reference,
    type_of,
)
from analyzer.frameworks.sequel.ruby_values import ClassName, ComputedError, SchemaCall, call_at

if TYPE_CHECKING:
    from tree_sitter import Node

_OTHER_PARTS = frozenset(
    {"check", "constraint", "exclude", "full_text_index", "spatial_index", "like", "partition_of"}
)


def sql_of(statement: "Node") -> list[str] | None:
    """The SQL that a statement sends, in its order; None where that cannot be told."""
    try:
        call = call_at(statement)
        operation = _OPERATIONS.get(call.name)
        return None if operation is None else [*operation(call)]
    except (ComputedError, ValueError, IndexError, TypeError):
        return None


# tables


def _create_table(call: SchemaCall) -> Iterator[str]:
    options = call.only("if_not_exists")
    yield from _created(call, "IF NOT EXISTS " if options.get("if_not_exists") else "")


def _create_missing(call: SchemaCall) -> Iterator[str]:
    """``create_table?``: with an index Sequel looks first, and what it finds is not known here."""
    call.only()
    made = [*_created(call, "IF NOT EXISTS ")]
    if made[1:]:
        raise ComputedError(call.name)
    yield from made


def _create_anew(call: SchemaCall) -> Iterator[str]:
    call.only()
    (table,) = call.values
    yield f"DROP TABLE IF EXISTS {quoted(name_of(table))}"
    yield from _created(call, "")


def _created(call: SchemaCall, unless: str) -> Iterator[str]:
    (told,) = call.values
    table, columns, rest = name_of(told), list[str](), list[str]()
    indexes: list[str] = []
    for part in map(call_at, _statements(call)):
        if part.name == "primary_key" and not isinstance(part.values[0], list):
            columns.insert(0, counted_key(part))
        elif part.name == "index":
            indexes.append(_index(table, part))
        elif (said := _constraint(part)) is not None:
            rest.append(said)
        else:
            columns.append(_column(part))
            indexes += [_index_of_column(table, part)] if part.options.get(INDEX) else []
    yield f"CREATE TABLE {unless}{quoted(table)} ({', '.join([*columns, *rest])})"
    yield from indexes


def _statements(call: SchemaCall) -> "tuple[Node, ...]":
    if call.block is None or call.values[1:]:
        raise ComputedError(call.name)
    return call.block


def _constraint(part: SchemaCall) -> str | None:
    """A constraint on several columns; None where it is a column."""
    named = f"CONSTRAINT {quoted(name_of(part.options['name']))} " if "name" in part.options else ""
    if part.name == "unique":
        part.only("name")
        return f"{named}UNIQUE ({listed(names_of(part.values[0]))})"
    if part.name == "primary_key":
        part.only("name")
        return f"{named}PRIMARY KEY ({listed(names_of(part.values[0]))})"
    if part.name == "foreign_key" and isinstance(part.values[0], list):
        return foreign_key(part)
    return None


def _column(part: SchemaCall) -> str:
    if part.name in _OTHER_PARTS or part.block is not None:
        raise ComputedError(part.name)
    if part.name == "foreign_key":
        return reference(part)
    if part.name == "column":
        name, told = part.values
        return column(name_of(name), told, part.options)
    (name,) = part.values
    told = ClassName(part.name) if part.name[0].isupper() else part.name
    return column(name_of(name), told, part.options)


def _index_of_column(table: str, part: SchemaCall) -> str:
    if part.options[INDEX] is not True:
        raise ComputedError(INDEX)
    return _index(table, SchemaCall("index", part.values[:1], {}, None))


def _drop_table(call: SchemaCall) -> Iterator[str]:
    options = call.only("if_exists", "cascade")
    unless = "IF EXISTS " if call.name.endswith("?") or options.get("if_exists") else ""
    also = " CASCADE" if options.get("cascade") else ""
    for it in call.values:
        yield f"DROP TABLE {unless}{quoted(name_of(it))}{also}"


def _rename_table(call: SchemaCall) -> Iterator[str]:
    call.only()
    old, new = map(name_of, call.values)
    yield f"ALTER TABLE {quoted(old)} RENAME TO {quoted(new)}"


# indexes


def _index(table: str, call: SchemaCall) -> str:
    options = call.only("name", "unique", "concurrently", "if_not_exists")
    (told,) = call.values
    name = name_of(options["name"]) if "name" in options else _index_name(table, told)
    unique = "UNIQUE " if options.get("unique") else ""
    aside = "CONCURRENTLY " if options.get("concurrently") else ""
    unless = "IF NOT EXISTS " if options.get("if_not_exists") else ""
    where = f"{quoted(table)} ({listed(names_of(told))})"
    return f"CREATE {unique}INDEX {aside}{unless}{quoted(name)} ON {where}"


def _index_name(table: str, columns: object) -> str:
    return "_".join([table, *names_of(columns), "index"])


# changes of a table, by the words that stand in ``alter_table``


def _add_column(call: SchemaCall) -> Iterator[str]:
    name, told = call.values
    yield f"ADD COLUMN {column(name_of(name), told, call.options)}"


def _add_primary_key(call: SchemaCall) -> Iterator[str]:
    if isinstance(call.values[0], list):
        yield f"ADD {_constraint(SchemaCall('primary_key', call.values, call.options, None))}"
    else:
        yield f"ADD COLUMN {counted_key(call)}"


def _add_foreign_key(call: SchemaCall) -> Iterator[str]:
    of_several = isinstance(call.values[0], list)
    yield f"ADD {foreign_key(call)}" if of_several else f"ADD COLUMN {reference(call)}"


def _add_unique(call: SchemaCall) -> Iterator[str]:
    yield f"ADD {_constraint(SchemaCall('unique', call.values, call.options, None))}"


def _drop_column(call: SchemaCall) -> Iterator[str]:
    options = call.only("cascade", "if_exists")
    (name,) = call.values
    unless = "IF EXISTS " if options.get("if_exists") else ""
    also = " CASCADE" if options.get("cascade") else ""
    yield f"DROP COLUMN {unless}{quoted(name_of(name))}{also}"


def _drop_constraint(call: SchemaCall) -> Iterator[str]:
    call.only("type")
    (name,) = call.values
    yield f"DROP CONSTRAINT {quoted(name_of(name))}"


def _rename_column(call: SchemaCall) -> Iterator[str]:
    call.only()
    old, new = map(name_of, call.values)
    yield f"RENAME COLUMN {quoted(old)} TO {quoted(new)}"


def _set_type(call: SchemaCall) -> Iterator[str]:
    name, told = call.values
    options = call.only("size", "text", "fixed")
    yield f"ALTER COLUMN {quoted(name_of(name))} TYPE {type_of(told, options)}"


def _set_default(call: SchemaCall) -> Iterator[str]:
    call.only()
    name, told = call.values
    yield f"ALTER COLUMN {quoted(name_of(name))} SET DEFAULT {literal_of(told)}"


def _set_null(call: SchemaCall) -> Iterator[str]:
    call.only()
    (name,) = call.values
    verb = "SET" if call.name == "set_column_not_null" else "DROP"
    yield f"ALTER COLUMN {quoted(name_of(name))} {verb} NOT NULL"


_CHANGES: dict[str, Callable[[SchemaCall], Iterator[str]]] = {
    "add_column": _add_column,
    "add_primary_key": _add_primary_key,
    "add_foreign_key": _add_foreign_key,
    "add_unique_constraint": _add_unique,
    "drop_column": _drop_column,
    "drop_foreign_key": _drop_column,  # of one column: the key goes with it
    "drop_constraint": _drop_constraint,
    "rename_column": _rename_column,
    "set_column_type": _set_type,
    "set_column_default": _set_default,
    "set_column_not_null": _set_null,
    "set_column_allow_null": _set_null,
}


def _altered(table: str, call: SchemaCall) -> Iterator[str]:
    if call.block is not None:
        raise ComputedError(call.name)
    if call.name == "add_index":
        yield _index(table, SchemaCall("index", call.values, call.options, None))
    elif call.name == "drop_index":
        options = call.only("name")
        (told,) = call.values
        name = name_of(options["name"]) if options else _index_name(table, told)
        yield f"DROP INDEX {quoted(name)}"
    elif call.name in _CHANGES:
        for said in _CHANGES[call.name](call):
            yield f"ALTER TABLE {quoted(table)} {said}"
        if call.options.get(INDEX):
            yield _index_of_column(table, call)
    else:
        raise ComputedError(call.name)


def _alter_table(call: SchemaCall) -> Iterator[str]:
    call.only()
    for part in map(call_at, _statements(call)):
        yield from _altered(name_of(call.values[0]), part)


def _of_table(call: SchemaCall) -> Iterator[str]:
    """The same outside ``alter_table``: the table is the first that is said."""
    rest = SchemaCall(call.name, call.values[1:], call.options, call.block)
    yield from _altered(name_of(call.values[0]), rest)


_OPERATIONS: dict[str, Callable[[SchemaCall], Iterator[str]]] = {
    "create_table": _create_table,
    "create_table?": _create_missing,
    "create_table!": _create_anew,
    "drop_table": _drop_table,
    "drop_table?": _drop_table,
    "rename_table": _rename_table,
    "alter_table": _alter_table,
    **dict.fromkeys(
        (
            "add_column",
            "add_index",
            "drop_column",
            "drop_index",
            "rename_column",
            "set_column_default",
            "set_column_type",
        ),
        _of_table,
    ),
}
