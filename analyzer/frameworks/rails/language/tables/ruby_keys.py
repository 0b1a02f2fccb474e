"""The commands that add and remove indexes, references and foreign keys."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.frameworks.rails.language import rails_rules
from analyzer.frameworks.rails.language.ruby_call import (
    Call,
    Command,
    name_of,
    names_of,
    table_name,
)
from analyzer.frameworks.rails.language.tables.ruby_columns import add_column
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.schema.schema import ForeignKey, Index
from analyzer.parsing.ruby.ruby_value import Partial, Symbol, Unknown, Value

_OF_INDEXES = frozenset(
    {"name", "unique", "length", "order", "opclass", "where", "type", "using", "comment", "column"}
    | {"algorithm", "include", "nulls_not_distinct", "enabled", "internal", "if_not_exists"}
)
_OF_KEYS = frozenset(
    {"name", "column", "primary_key", "on_delete", "on_update", "validate", "deferrable"}
    | {"to_table", "if_not_exists"}
)


def _of_a_gem(call: Call, known: frozenset[str], what: str) -> Effect | None:
    """What an option that Rails does not have leaves open: a gem gives it, and a meaning."""
    strange = next((it for it in call.options if it not in known), None)
    if strange is None:
        return None
    text = f"the {what} of {call.table()}, with {strange}"
    why = "Rails has no such option, so a gem must read it"
    return e.Opaque(text, call.line, why, within=call.table())


def add_index(call: Call) -> Iterator[Effect]:
    """``add_index :songs, [:artist_id, :title], unique: true, where: "..."``."""
    columns = names_of(call.args[1]) if call.has(1) else list(call.words("column"))
    if not columns:
        return
    strange = _of_a_gem(call, _OF_INDEXES, "index")
    if strange is not None:
        yield strange
        return
    name = call.option("name") or call.rules.index_name(call.table(), columns)
    index = Index(
        name,
        tuple(columns),
        unique=call.flag("unique"),
        where=_expression(call.options.get("where")),
        using=_using(call.options.get("type") or call.options.get("using")),
        include=call.words("include"),
        opclasses=_opclasses(call.options.get("opclass")),
        order=_order(call.options.get("order"), columns),
        lengths=_lengths(call.options.get("length"), columns),
    )
    concurrently = call.options.get("algorithm") == "concurrently"
    later = next((it for it in call.options if call.rules.may_lack(it)), None)
    passes = call.flag("if_not_exists")
    yield e.AddIndex(call.table(), index, call.line, passes, concurrently, later)


def _expression(value: Value) -> str | None:
    match value:
        case str():
            return str(value)
        case Unknown(text):
            return text
        case _:
            return None


def _using(value: Value) -> str | None:
    return None if value == "btree" else _expression(value)


def _opclasses(value: Value) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(name_of(item) for item in value.values())
    return () if value is None else tuple(names_of(value))


def _order(value: Value, columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The order of each column as it is written; of an unnamed one where it is computed."""
    if value is None:
        return ()
    ways = value if isinstance(value, dict) else dict.fromkeys(columns, value)
    known = all(isinstance(way, str) and not isinstance(way, Partial) for way in ways.values())
    return tuple((str(it), str(way)) for it, way in ways.items()) if known else (("", "computed"),)


def _lengths(value: Value, columns: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """How much of each column is known, in the order of the columns."""
    ways = value if isinstance(value, dict) else dict.fromkeys(columns, value)
    told = {str(it): way for it, way in ways.items() if type(way) is int and way > 0}
    return tuple((it, told[it]) for it in columns if it in told)


def remove_index(call: Call) -> Iterator[Effect]:
    """``remove_index :songs, :title``, ``remove_index :songs, name: "..."`` or ``column:``."""
    given = call.args[1] if call.has(1) else call.options.get("column")
    columns = None if given is None else tuple(names_of(given))
    name = call.option("name")
    concurrently = call.options.get("algorithm") == "concurrently"
    is_expression = columns is not None and any(not it.isidentifier() for it in columns)
    yield e.RemoveIndex(
        call.table(),
        call.line,
        name,
        columns,
        call.flag("if_exists"),
        _removed(call),
        concurrently,
        call.rules.version if is_expression else None,
        as_option=is_expression and not call.has(1),
    )


def _removed(call: Call) -> Index | None:
    given = call.args[1] if call.has(1) else call.options.get("column")
    if given is None:
        return None
    added = next(add_index(call.but(call.table(), given, **call.options)), None)
    return added.index if isinstance(added, e.AddIndex) else None


def rename_index(call: Call) -> Iterator[Effect]:
    """``rename_index :songs, "old", "new"``."""
    yield e.RenameIndex(call.table(), call.text(1), call.text(2), call.line)


def add_reference(call: Call) -> Iterator[Effect]:
    """``add_reference :songs, :artist, foreign_key: true``: columns, an index, a foreign key."""
    table = call.table()
    for name in call.texts(1):
        yield from _reference(call, table, name)


_NOT_COLUMN = ("index", "foreign_key", "polymorphic", "type", "if_not_exists")


def _reference(call: Call, table: str, name: str) -> Iterator[Effect]:
    options = {key: call.options[key] for key in call.options if key not in _NOT_COLUMN}
    if call.flag("if_not_exists"):
        options["if_not_exists"] = True
    polymorphic = call.options.get("polymorphic")
    if polymorphic:
        given = polymorphic if isinstance(polymorphic, dict) else {}
        extra = {**given, **_kept(options)}
        yield from add_column(call.but(table, f"{name}_type", Symbol("string"), **extra))
    kind = call.options.get("type") or Symbol(call.rules.key_type)
    yield from add_column(call.but(table, f"{name}_id", kind, **options))
    yield from _reference_index(call, table, name, polymorphic=bool(polymorphic))
    yield from _reference_key(call, table, name)


def _kept(options: Mapping[str, Value]) -> dict[str, Value]:
    kept = ("null", "first", "after", "if_not_exists")
    return {key: options[key] for key in kept if key in options}


def _reference_index(call: Call, table: str, name: str, *, polymorphic: bool) -> Iterator[Effect]:
    wanted = call.options.get("index", call.rules.references_are_indexed)
    if not wanted:
        return
    options = dict(wanted) if isinstance(wanted, dict) else {}
    if call.flag("if_not_exists"):
        options["if_not_exists"] = True
    if polymorphic and call.rules.polymorphic_index_is_short:
        options.setdefault("name", f"index_{table}_on_{name}")
    columns: list[Value] = [f"{name}_type", f"{name}_id"] if polymorphic else [f"{name}_id"]
    yield from add_index(call.but(table, columns, **options))


def _reference_key(call: Call, table: str, name: str) -> Iterator[Effect]:
    wanted = call.options.get("foreign_key")
    if not wanted or isinstance(wanted, Unknown):
        return
    options = dict(wanted) if isinstance(wanted, dict) else {}
    to_table = options.pop("to_table", None) or rails_rules.referenced_table(name)
    options["column"] = f"{name}_id"  # Rails passes over a column that is given here
    yield from add_foreign_key(call.but(table, to_table, **options))


def remove_reference(call: Call) -> Iterator[Effect]:
    """``remove_reference :songs, :artist, polymorphic: true``: its columns, and so its indexes."""
    for name in call.texts(1):
        if call.options.get("foreign_key"):
            key = f"{name}_id"
            yield e.RemoveForeignKey(call.table(), call.line, column=key, if_exists=True)
        yield e.RemoveColumn(call.table(), f"{name}_id", call.line, call.flag("if_exists"))
        if call.options.get("polymorphic"):
            yield e.RemoveColumn(call.table(), f"{name}_type", call.line, call.flag("if_exists"))


def add_foreign_key(call: Call) -> Iterator[Effect]:
    """``add_foreign_key :songs, :artists, column: :singer_id, on_delete: :cascade``."""
    added = e.AddForeignKey(call.table(), _key(call), call.line, call.flag("if_not_exists"))
    yield _of_a_gem(call, _OF_KEYS, "foreign key") or added


def _key(call: Call) -> ForeignKey:
    to_table = call.table(1)
    columns = call.words("column") or (rails_rules.foreign_key_column(to_table),)
    return ForeignKey(
        call.option("name") or rails_rules.foreign_key_name(call.table(), columns),
        columns,
        to_table,
        call.words("primary_key"),
        call.option("on_delete"),
        call.option("on_update"),
        validated=call.options.get("validate") is not False,
    )


def remove_foreign_key(call: Call) -> Iterator[Effect]:
    """``remove_foreign_key :songs, :artists``, ``column:`` or ``name:``."""
    to_table = call.option("to_table")
    if call.has(1):
        to_table = call.text(1)
    column = next(iter(call.words("column")), None)
    key = _key(call.but(call.table(), to_table, **call.options)) if to_table else None
    yield e.RemoveForeignKey(
        call.table(),
        call.line,
        table_name(to_table) if to_table else rails_rules.guessed_table(column),
        column,
        call.option("name"),
        call.flag("if_exists"),
        key,
    )


def validate_foreign_key(call: Call) -> Iterator[Effect]:
    """``validate_foreign_key :songs, :artists``, ``column:`` or ``name:``."""
    to_table = call.text(1) if call.has(1) else call.option("to_table")
    name, column = call.option("name"), call.option("column")
    yield e.ValidateConstraint(call.table(), call.line, name, to_table, column, "foreign key")


COMMANDS: Mapping[str, Command] = {
    "add_index": add_index,
    "remove_index": remove_index,
    "rename_index": rename_index,
    "add_reference": add_reference,
    "add_belongs_to": add_reference,
    "remove_reference": remove_reference,
    "remove_belongs_to": remove_reference,
    "add_foreign_key": add_foreign_key,
    "remove_foreign_key": remove_foreign_key,
    "validate_foreign_key": validate_foreign_key,
    "add_concurrent_index": add_index,
    "remove_concurrent_index": remove_index,
}
