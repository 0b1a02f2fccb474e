"""What the ``t`` of ``create_table`` and ``change_table`` takes, and how a table comes together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from analyzer.model import effect as e
from analyzer.model.effect import Effect
from analyzer.model.schema import Column, SqlText, Table
from analyzer.parsing.column_types import KNOWN
from analyzer.parsing.inflection import singularize
from analyzer.parsing.rails_rules import join_table_name
from analyzer.parsing.ruby_call import Call, UnreadableError, comment_of, name_of, names_of
from analyzer.parsing.ruby_columns import add_column, column_of
from analyzer.parsing.ruby_keys import add_index, add_reference
from analyzer.parsing.ruby_value import BlockTable, Symbol, Unknown, Value

COMMAND_OF: Mapping[str, str] = {
    "index": "add_index",
    "timestamps": "add_timestamps",
    "references": "add_reference",
    "belongs_to": "add_reference",
    "foreign_key": "add_foreign_key",
    "check_constraint": "add_check_constraint",
    "unique_constraint": "add_unique_constraint",
    "unique_key": "add_unique_key",
    "exclusion_constraint": "add_exclusion_constraint",
    "monetize": "add_monetize",
    "remove_monetize": "remove_monetize",
    "attachment": "add_attachment",
    "has_attached_file": "add_attachment",
    "change": "change_column",
    "change_default": "change_column_default",
    "change_null": "change_column_null",
    "change_comment": "change_column_comment",
    "comment": "change_table_comment",
    "rename": "rename_column",
    "remove": "remove_columns",
    "remove_column": "remove_columns",
    "remove_columns": "remove_columns",
    "remove_references": "remove_reference",
    "remove_belongs_to": "remove_reference",
    "remove_timestamps": "remove_timestamps",
    "remove_index": "remove_index",
    "rename_index": "rename_index",
    "remove_foreign_key": "remove_foreign_key",
    "remove_check_constraint": "remove_check_constraint",
    "remove_unique_constraint": "remove_unique_constraint",
    "remove_exclusion_constraint": "remove_exclusion_constraint",
    "validate_constraint": "validate_constraint",
    "validate_foreign_key": "validate_foreign_key",
    "remove_attachment": "remove_attachment",
}
"""Methods of ``t`` that are commands with the table left out."""


def is_column_method(name: str) -> bool:
    """Whether a method of ``t`` declares columns: ``t.column`` or ``t.<type>``."""
    return name == "column" or name in KNOWN


def columns(call: Call, block: BlockTable) -> Iterator[Effect]:
    """``t.column :title, :string`` and ``t.string :title, :subtitle``."""
    if call.name == "column":
        kind: Value = call.args[1] if call.has(1) else call.options.get("type")
        names = [call.text(0)]
    else:
        kind, names = Symbol(call.name), call.texts()
    options = call.options
    if call.name == "primary_key":
        kind = call.args[1] if call.has(1) else options.get("type", kind)
        names, options = [call.text(0)], {**options, "primary_key": True}
    elif kind == "primary_key" and block.creating and call.rules.version is not None:
        kind, options = Symbol("bigint"), {**options, "primary_key": True}  # as Rails runs it now
    for name in names:
        yield from _column(call, block.table, name, kind, options)


def _column(
    call: Call, table: str, name: str, kind: Value, options: dict[str, Value]
) -> Iterator[Effect]:
    if isinstance(kind, str) and kind in {"references", "belongs_to"}:
        yield from add_reference(call.but(table, name, **options))
        return
    wanted = options.get("index")
    own = {key: value for key, value in options.items() if key != "index"}
    yield from add_column(call.but(table, name, kind, **own))
    if wanted and not isinstance(wanted, Unknown):
        yield from add_index(call.but(table, name, **(wanted if isinstance(wanted, dict) else {})))


# Putting a table together


def created(call: Call, inside: Iterable[Effect]) -> Iterator[Effect]:
    """``create_table``: the table with all that its block declared, then what is not part of it."""
    name = call.table()
    keys = key_columns(call)
    table = Table(
        name,
        keys,
        tuple(column.name for column in keys) or _composite(call),
        comment=comment_of(call.options.get("comment")),
    )
    rest: list[Effect] = []
    for effect in inside:
        grown = _with(table, effect)
        if grown is None:
            rest.append(effect)
        else:
            table = grown
    query = call.options.get("as")
    yield e.CreateTable(
        table,
        call.line,
        call.flag("if_not_exists"),
        bool(call.options.get("force")),
        call.flag("temporary"),
        comment_of(query) if query is not None else None,
        cascade=call.options.get("force") == "cascade",
    )
    yield from rest


def _composite(call: Call) -> tuple[str, ...]:
    given = call.options.get("primary_key")
    return tuple(names_of(given)) if isinstance(given, list) else ()


def key_columns(call: Call) -> tuple[Column, ...]:
    """The primary key column that ``create_table`` adds by itself, if it adds one."""
    kind, given = call.options.get("id", True), call.options.get("primary_key")
    if kind is False or isinstance(given, list):
        return ()
    options = dict(call.options)
    if isinstance(kind, dict):
        options.update(kind)
        kind = kind.get("type", True)
    if isinstance(kind, Unknown):
        raise UnreadableError("the primary key's type is computed")
    word: Value = Symbol("primary_key") if kind is True or kind is None else kind
    own: dict[str, Value] = {"null": False}
    own.update({key: options[key] for key in ("default", "limit", "precision") if key in options})
    column = column_of(name_of(given) if given else "id", word, own, call.rules)
    if column.type == "uuid" and "default" not in options:
        column = replace(column, default=SqlText(_uuid_function(call)))
    return (column,)


def _uuid_function(call: Call) -> str:
    version = call.rules.version
    return "gen_random_uuid()" if version and version >= (5, 1) else "uuid_generate_v4()"


def _with(table: Table, effect: Effect) -> Table | None:  # noqa: PLR0911  one line a kind
    if isinstance(effect, e.Guarded):
        return None  # it follows the table, under its condition
    match effect:
        case e.AddColumn(name, column, primary_key=is_key) if name == table.name:
            table = table.with_column(column)
            return (
                replace(table, primary_key=(*table.primary_key, column.name)) if is_key else table
            )
        case e.AddIndex(name, index) if name == table.name:
            return replace(table, indexes=(*table.indexes, index))
        case e.AddForeignKey(name, key) if name == table.name:
            return replace(table, foreign_keys=(*table.foreign_keys, key))
        case e.AddConstraint(name, constraint, validated=validated) if name == table.name:
            constraint = replace(constraint, validated=validated)
            return replace(table, constraints=(*table.constraints, constraint))
        case e.ChangeTableComment(name, comment) if name == table.name:
            return replace(table, comment=comment)
        case _:
            return None


def join_call(call: Call) -> Call:
    """``create_join_table :artists, :songs`` as the ``create_table`` that it stands for."""
    name = call.option("table_name") or join_table_name(call.text(0), call.text(1))
    options = {key: call.options[key] for key in call.options if key not in _JOIN_ONLY}
    return call.but(name, **{**options, "id": False})


_JOIN_ONLY = ("table_name", "column_options")


def join_columns(call: Call, table: str) -> Iterator[Effect]:
    """The two references of a join table."""
    given = call.options.get("column_options")
    options: dict[str, Value] = {"null": False, "index": False}
    options.update(given if isinstance(given, dict) else {})
    for name in (call.text(0), call.text(1)):
        reference = singularize(name.rpartition(".")[2])
        yield from add_reference(call.but(table, reference, **options))
