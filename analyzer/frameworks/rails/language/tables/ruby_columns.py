"""The commands that add, remove and change columns."""

import json
import re
from collections.abc import Iterator, Mapping

from analyzer.engines.registry import engine_in_hand
from analyzer.frameworks.rails.language.rails_rules import Rules
from analyzer.frameworks.rails.language.ruby_call import (
    Call,
    Command,
    UnreadableError,
    comment_of,
    default_of,
    name_of,
    number_of,
)
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.schema.schema import Column, Default, SqlText
from analyzer.parsing import column_types as types
from analyzer.parsing.ruby.ruby_value import Partial, Symbol, Unknown, Value

_CHANGEABLE = frozenset(
    {"null", "default", "limit", "precision", "scale", "array", "comment", "collation"}
)


def column_of(name: str, kind: Value, options: Mapping[str, Value], rules: Rules) -> Column:
    """Make a column from a call's type and options."""
    if isinstance(kind, str) and kind in {"references", "belongs_to"}:
        kind = rules.key_type
    generated = options.get("as")
    if kind == "virtual":
        kind = options.get("type", "string")
    word, sizes, is_array = _taken_apart(kind)
    limit = number_of(options.get("limit")) or _limit(word, sizes)
    if word == "primary_key":
        word = rules.key_type
    if types.is_of_an_engine(word, limit, options):
        rails, limit = engine_in_hand().types.with_options(word, limit, options)
    else:
        rails, limit = types.neutral_type(word, limit)
    if rails in types.SPATIAL:
        rails = "geography" if options.get("geographic") is True else "geometry"
    precision = _precision(rails, sizes, options, rules)
    scale = number_of(options.get("scale"))
    if scale is None and rails == "decimal" and len(sizes) > 1:
        scale = sizes[1]
    enum_type, is_list = options.get("enum_type"), is_array or options.get("array") is True
    return Column(
        name,
        rails,
        null=options.get("null") is not False and not _is_key(options) and word not in _SERIAL,
        default=_default(options.get("default"), rails, rules, array=is_list),
        limit=limit,
        precision=precision,
        scale=scale,
        array=is_list,
        comment=comment_of(options.get("comment")),
        collation=comment_of(options.get("collation")),
        enum_type=name_of(enum_type) if enum_type is not None else None,
        generated=comment_of(generated),
    )


def _default(value: Value, rails: str, rules: Rules, *, array: bool) -> Default:
    """The default; of a JSON column Rails encodes a text, too, so that it is JSON's text."""
    plain = isinstance(value, str | bool | int | float) and not isinstance(value, Partial)
    if rails in {"json", "jsonb"} and not array and plain and rules.json_texts_are_encoded:
        return json.dumps(value if not isinstance(value, str) else str(value), ensure_ascii=False)
    return default_of(value, rails, array=array)


_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})


def _is_key(options: Mapping[str, Value]) -> bool:
    return options.get("primary_key") is True


def _taken_apart(kind: Value) -> tuple[str, tuple[int, ...], bool]:
    if isinstance(kind, Unknown) or kind is None:
        return "unknown", (), False
    name = name_of(kind)
    return (name, (), False) if name in types.KNOWN else types.sql_type(name)


def _limit(word: str, sizes: tuple[int, ...]) -> int | None:
    return sizes[0] if word.lower() in types.MEASURED and sizes else None


def _precision(
    rails: str, sizes: tuple[int, ...], options: Mapping[str, Value], rules: Rules
) -> int | None:
    if "precision" in options:
        return number_of(options["precision"])
    if sizes and rails in {"decimal", "datetime", "timestamptz", "time", "numeric"}:
        return sizes[0]
    return rules.datetime_precision if rails in {"datetime", "timestamptz"} else None


def add_column(call: Call) -> Iterator[Effect]:
    """``add_column :songs, :title, :string, null: false, index: true``."""
    table, name = call.table(), call.text(1)
    kind: Value = call.args[2] if call.has(2) else call.options.get("type")
    column = column_of(name, kind, call.options, call.rules)
    yield e.AddColumn(
        table,
        column,
        call.line,
        if_not_exists=call.flag("if_not_exists"),
        primary_key=_is_key(call.options) or kind == "primary_key",
    )
    if column.type == "unknown":
        why = "the column's type is computed"
        yield e.Opaque(f"{table}.{name}", call.line, why, within=table)


def add_columns(call: Call) -> Iterator[Effect]:
    """``add_columns :songs, :title, :artist, type: :string``."""
    for name in call.texts(1):
        yield from add_column(
            call.but(call.table(), name, call.options.get("type"), **call.options)
        )


def remove_column(call: Call) -> Iterator[Effect]:
    """``remove_column :songs, :title, :string``, or several columns as before Rails 4."""
    names, kind = [call.text(1)], call.args[2] if call.has(2) else None
    old_style = kind is not None and call.rules.version is None and not _is_type(kind)
    if isinstance(call.args[1], list) or old_style:
        names, kind = call.texts(1), None
    yield from _removals(call, names, kind)


def remove_columns(call: Call) -> Iterator[Effect]:
    """``remove_columns :songs, :title, :artist, type: :string``."""
    yield from _removals(call, call.texts(1), call.options.get("type"))


def _is_type(kind: Value) -> bool:
    return isinstance(kind, str) and types.sql_type(str(kind))[0] in types.KNOWN


def _removals(call: Call, names: list[str], kind: Value) -> Iterator[Effect]:
    for name in names:
        column = None if kind is None else column_of(name, kind, call.options, call.rules)
        yield e.RemoveColumn(call.table(), name, call.line, call.flag("if_exists"), column)


def rename_column(call: Call) -> Iterator[Effect]:
    """``rename_column :songs, :name, :title``."""
    yield e.RenameColumn(
        call.table(),
        call.text(1),
        call.text(2),
        call.line,
        long_names=call.rules.index_names_are_long,
    )


_USING = re.compile(r"\busing\b", re.IGNORECASE)


def change_column(call: Call) -> Iterator[Effect]:
    """``change_column :songs, :title, :text, null: false``."""
    kind = call.args[2] if call.has(2) else call.options.get("type")
    column = column_of(call.text(1), kind, call.options, call.rules)
    given = frozenset(call.options) & _CHANGEABLE
    using = "using" in call.options or (isinstance(kind, str) and bool(_USING.search(kind)))
    yield e.ChangeColumn(call.table(), column, call.line, given, using)


def change_column_default(call: Call) -> Iterator[Effect]:
    """``change_column_default :songs, :plays, from: nil, to: 0``, or the new default alone."""
    if "to" in call.options:
        default, before = call.options["to"], call.options.get("from")
    else:
        default, before = _third(call, "default"), None
    yield e.ChangeDefault(
        call.table(),
        call.text(1),
        default_of(default),
        call.line,
        default_of(before),
        reversible="to" in call.options,
    )


def _third(call: Call, key: str) -> Value:
    given = call.args[2:3]
    return given[0] if given else call.options.get(key)


def change_column_null(call: Call) -> Iterator[Effect]:
    """``change_column_null :songs, :title, false, 'untitled'``."""
    null = _third(call, "null")
    if not isinstance(null, bool):
        raise UnreadableError("whether NULL is allowed is computed")
    yield e.ChangeNull(call.table(), call.text(1), null, call.line, filled=call.has(3))


def change_column_comment(call: Call) -> Iterator[Effect]:
    """``change_column_comment :songs, :title, from: nil, to: 'as printed'``."""
    comment = comment_of(call.options.get("to", call.args[2] if call.has(2) else None))
    yield e.ChangeColumnComment(call.table(), call.text(1), comment, call.line)


def change_table_comment(call: Call) -> Iterator[Effect]:
    """``change_table_comment :songs, from: nil, to: 'all songs'``."""
    comment = comment_of(call.options.get("to", call.args[1] if call.has(1) else None))
    yield e.ChangeTableComment(call.table(), comment, call.line)


def add_timestamps(call: Call) -> Iterator[Effect]:
    """``add_timestamps :songs``."""
    options: dict[str, Value] = {
        "null": call.rules.timestamps_are_null,
        "precision": call.rules.timestamps_precision,
        **call.options,
    }
    for name in ("created_at", "updated_at"):
        yield from add_column(call.but(call.table(), name, Symbol("datetime"), **options))


def remove_timestamps(call: Call) -> Iterator[Effect]:
    """``remove_timestamps :songs``."""
    yield from _removals(call, ["created_at", "updated_at"], Symbol("datetime"))


def add_attachment(call: Call) -> Iterator[Effect]:
    """Paperclip's ``add_attachment :users, :avatar``: four columns."""
    for prefix in call.texts(1):
        for suffix, kind in _ATTACHMENT.items():
            yield from add_column(
                call.but(call.table(), f"{prefix}_{suffix}", kind, **call.options)
            )


def remove_attachment(call: Call) -> Iterator[Effect]:
    """Paperclip's ``remove_attachment :users, :avatar``."""
    for prefix in call.texts(1):
        yield from _removals(call, [f"{prefix}_{suffix}" for suffix in _ATTACHMENT], None)


def add_monetize(call: Call) -> Iterator[Effect]:
    """money-rails' ``add_monetize :songs, :price``: an amount and a currency."""
    for name in call.texts(1):
        for suffix, (kind, default) in _MONEY.items():
            part = {"_cents": "amount", "_currency": "currency"}[suffix]
            given = call.options.get(part)
            options: dict[str, Value] = {"null": False, "default": default}
            options.update(given if isinstance(given, dict) else {})
            column = f"{options.get('prefix', '')}{name}{options.get('postfix', suffix)}"
            column = name_of(options.get("column_name", column))
            if options.get("present") is not False:
                yield from add_column(call.but(call.table(), column, kind, **options))


def remove_monetize(call: Call) -> Iterator[Effect]:
    """money-rails' ``remove_monetize :songs, :price``."""
    for name in call.texts(1):
        yield from _removals(call, [name + suffix for suffix in _MONEY], None)


_MONEY = {"_cents": ("integer", 0), "_currency": ("string", "USD")}

_ATTACHMENT = {
    "file_name": "string",
    "content_type": "string",
    "file_size": "integer",
    "updated_at": "datetime",
}

COMMANDS: Mapping[str, Command] = {
    "add_column": add_column,
    "add_columns": add_columns,
    "remove_column": remove_column,
    "remove_columns": remove_columns,
    "rename_column": rename_column,
    "change_column": change_column,
    "change_column_default": change_column_default,
    "change_column_null": change_column_null,
    "change_column_comment": change_column_comment,
    "change_table_comment": change_table_comment,
    "add_timestamps": add_timestamps,
    "remove_timestamps": remove_timestamps,
    "add_attachment": add_attachment,
    "remove_attachment": remove_attachment,
    "add_attached_file": add_attachment,
    "drop_attached_file": remove_attachment,
    "add_monetize": add_monetize,
    "remove_monetize": remove_monetize,
}


def sql_default(value: Value) -> Value:
    """The value of a default given as a lambda: SQL."""
    return SqlText(str(value)) if isinstance(value, str) else value
