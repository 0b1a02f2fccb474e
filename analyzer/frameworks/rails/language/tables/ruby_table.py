"""What the ``t`` of ``create_table`` and ``change_table`` takes, and how a table comes together."""

from collections.abc import Iterable, Iterator, Mapping

from analyzer.frameworks.rails.language.rails_rules import join_table_name
from analyzer.frameworks.rails.language.ruby_call import Call, comment_of, name_of, names_of
from analyzer.frameworks.rails.language.tables.ruby_columns import add_column, column_of
from analyzer.frameworks.rails.language.tables.ruby_keys import add_index, add_reference
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.schema.schema import Column, SqlText, Table
from analyzer.parsing.column_types import KNOWN
from analyzer.parsing.ruby.inflection import singularize
from analyzer.parsing.ruby.ruby_value import BlockTable, Symbol, Unknown, Value
from analyzer.records import replace

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
    computed = [f"the type of {it.name}" for it in keys if it.type == "unknown"]
    inside, rest = list(inside), []
    either_way = _either_way(inside, name)
    for declared in inside:
        effect, part = declared, _part(declared)
        if part in either_way and isinstance(declared, e.Guarded):
            effect = either_way[part]  # of whatever type, it is there
            computed += [f"the type of {part[1]}"] if part[0] == "column" else []
        elif _is_of_the_table(declared, call, either_way):
            computed.append(_text(declared))
            continue
        grown = _with(table, effect)
        if grown is None:
            rest.append(effect)
        else:
            table = grown
    query, forced = call.options.get("as"), bool(call.options.get("force"))
    yield e.CreateTable(
        table,
        call.line,
        call.flag("if_not_exists"),
        forced,
        call.flag("temporary"),
        comment_of(query) if query is not None else None,
        cascade=call.options.get("force") == "cascade",
        computed=tuple(dict.fromkeys(computed)),
        dialect=call.rules.version if forced and call.flag("if_not_exists") else None,
        later=next((it.later for it in inside if isinstance(it, e.AddIndex) and it.later), None),
    )
    yield from rest


def _text(effect: Effect) -> str:
    inner = effect.effect if isinstance(effect, e.Guarded) else effect
    return inner.text if isinstance(inner, e.Opaque) else ""


def _part(effect: Effect) -> tuple[str, str]:
    """The part of a table that an effect declares: its kind and name."""
    match effect.effect if isinstance(effect, e.Guarded) else effect:
        case e.AddColumn(_, column):
            return "column", column.name
        case e.AddIndex(_, index):
            return "index", index.name
        case e.AddForeignKey(_, key):
            return "foreign key", key.name
        case _:
            return "", ""


def _either_way(inside: Iterable[Effect], table: str) -> dict[tuple[str, str], Effect]:
    """The parts that both answers to a question declare, each as the first answer does."""
    found: dict[tuple[tuple[str, str], int], dict[bool, Effect]] = {}
    for effect in inside:
        part = _part(effect)
        if part[0] and isinstance(effect, e.Guarded) and effect.asked:
            asked = effect.asked[-1]
            found.setdefault((part, asked.number), {}).setdefault(asked.answer, effect.effect)
    return {
        part: ways[True]
        for (part, _), ways in found.items()
        if len(ways) > 1 and getattr(ways[True], "table", "") == table
    }


def _is_of_the_table(
    effect: Effect, call: Call, either_way: Mapping[tuple[str, str], Effect]
) -> bool:
    """Whether an unknown concerns only what the table is like, if it is made."""
    inner = effect.effect if isinstance(effect, e.Guarded) else effect
    if not isinstance(inner, e.Opaque) or "computed" not in inner.why:
        return False
    lines = {column.line for column in either_way.values()}
    return inner.line in lines or (call.flag("if_not_exists") and inner is effect)


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
    word: Value = Symbol("primary_key") if kind is True or kind is None else kind
    own: dict[str, Value] = {"null": False}
    taken = ("default", "limit", "precision", "unsigned")
    own.update({key: options[key] for key in taken if key in options})
    column = column_of(name_of(given) if given else "id", word, own, call.rules)
    if isinstance(kind, Unknown):
        return (column,)
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
