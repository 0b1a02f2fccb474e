"""The commands about whole tables, enums, extensions, schemas, views and the like."""

from collections.abc import Iterator, Mapping

from analyzer.frameworks.rails.language.ruby_call import Call, Command, table_name
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect


def drop_table(call: Call) -> Iterator[Effect]:
    """``drop_table :songs, :artists, if_exists: true, force: :cascade``."""
    cascade = call.options.get("force") == "cascade"
    for name in call.texts():
        yield e.DropTable(table_name(name), call.line, call.flag("if_exists"), cascade)


def rename_table(call: Call) -> Iterator[Effect]:
    """``rename_table :tunes, :songs``."""
    long_names = call.rules.index_names_are_long
    yield e.RenameTable(call.table(), call.table(1), call.line, long_names=long_names)


def add_primary_key(call: Call) -> Iterator[Effect]:
    """``add_primary_key :songs, [:id, :version]``, a common helper."""
    yield e.AddPrimaryKey(call.table(), tuple(call.texts(1)), call.line)


def alter_primary_key(call: Call) -> Iterator[Effect]:
    """``alter_primary_key :songs, [:id, :version]``: another key in place of the one there."""
    yield from remove_primary_key(call)
    yield from add_primary_key(call)


def remove_primary_key(call: Call) -> Iterator[Effect]:
    """``remove_primary_key :songs``."""
    yield e.RemovePrimaryKey(call.table(), call.line)


def create_enum(call: Call) -> Iterator[Effect]:
    """``create_enum :mood, ["happy", "sad"]``."""
    yield e.CreateEnum(
        table_name(call.text(0)), tuple(call.texts(1)), call.line, if_not_exists=True
    )


def drop_enum(call: Call) -> Iterator[Effect]:
    """``drop_enum :mood, ["happy", "sad"]``."""
    values = tuple(call.texts(1)) or None
    yield e.DropEnum(table_name(call.text(0)), call.line, call.flag("if_exists"), values)


def rename_enum(call: Call) -> Iterator[Effect]:
    """``rename_enum :mood, :temper``, or ``to: :temper``."""
    new = call.text(1) if call.has(1) else call.option("to") or ""
    yield e.RenameEnum(table_name(call.text(0)), table_name(new), call.line)


def add_enum_value(call: Call) -> Iterator[Effect]:
    """``add_enum_value :mood, "calm", before: "sad"``."""
    yield e.AddEnumValue(
        table_name(call.text(0)),
        call.text(1),
        call.line,
        call.option("before"),
        call.option("after"),
        call.flag("if_not_exists"),
    )


def rename_enum_value(call: Call) -> Iterator[Effect]:
    """``rename_enum_value :mood, from: "sad", to: "blue"``."""
    old, new = call.option("from") or "", call.option("to") or ""
    yield e.RenameEnumValue(table_name(call.text(0)), old, new, call.line)


def enable_extension(call: Call) -> Iterator[Effect]:
    """``enable_extension "pgcrypto"``; the schema in front of its name does not count."""
    for name in call.texts():
        yield e.EnableExtension(name.rpartition(".")[2], call.line)


def disable_extension(call: Call) -> Iterator[Effect]:
    """``disable_extension "pgcrypto"``."""
    for name in call.texts():
        yield e.DisableExtension(name.rpartition(".")[2], call.line)


def _kind(call: Call) -> str:
    kind = call.name.partition("_")[2]
    return "materialized_view" if call.flag("materialized") else kind


def create_object(call: Call) -> Iterator[Effect]:
    """``create_schema :audit``, and Scenic's and fx's ``create_view``, ``create_function``."""
    kind, name = _kind(call), table_name(call.text(0))
    yield e.CreateObject(kind, name, call.line, file=_view_file(call, kind, name))


def _view_file(call: Call, kind: str, name: str) -> str | None:
    """The file of a view's SQL, unless the call gives the SQL itself."""
    version = call.options.get("version", 1)
    if "view" not in kind or "sql_definition" in call.options or not isinstance(version, int):
        return None
    return f"db/views/{name.replace('.', '_')}_v{version:02}.sql"


def replace_object(call: Call) -> Iterator[Effect]:
    """Give a view or function another definition."""
    yield e.CreateObject(_kind(call), table_name(call.text(0)), call.line, or_replace=True)


def replace_by_file(call: Call) -> Iterator[Effect]:
    """``update_view :hits, version: 2``: what it then is stands in a file of SQL."""
    yield from replace_object(call)
    folder, given = call.name.partition("_")[2], call.options.get("version")
    number = f"{given:02}" if isinstance(given, int) else "*"
    file = f"db/{folder}s/{table_name(call.text(0))}_v{number}.sql"
    yield e.Opaque(f"{call.name} {call.text(0)}", call.line, f"its SQL is in {file}", file)


def reset_sequence(call: Call) -> Iterator[Effect]:
    """``reset_pk_sequence! :songs``."""
    yield e.ChangeOther(f"{call.name} {call.table()}", call.line)


def drop_object(call: Call) -> Iterator[Effect]:
    """``drop_schema :audit``, ``drop_view``, ``drop_function``."""
    if_exists, kind = call.flag("if_exists"), _kind(call)
    cascade = kind == "schema"  # as Rails does it
    yield e.DropObject(kind, table_name(call.text(0)), call.line, if_exists, cascade)


def rename_schema(call: Call) -> Iterator[Effect]:
    """``rename_schema :audit, :log``."""
    yield e.RenameObject("schema", call.text(0), call.text(1), call.line)


COMMANDS: Mapping[str, Command] = {
    "drop_table": drop_table,
    "drop_tables": drop_table,
    "rename_table": rename_table,
    "add_primary_key": add_primary_key,
    "alter_primary_key": alter_primary_key,
    "remove_primary_key": remove_primary_key,
    "create_enum": create_enum,
    "drop_enum": drop_enum,
    "rename_enum": rename_enum,
    "add_enum_value": add_enum_value,
    "rename_enum_value": rename_enum_value,
    "enable_extension": enable_extension,
    "disable_extension": disable_extension,
    "create_schema": create_object,
    "drop_schema": drop_object,
    "rename_schema": rename_schema,
    "create_view": create_object,
    "update_view": replace_by_file,
    "replace_view": replace_by_file,
    "drop_view": drop_object,
    "create_function": create_object,
    "update_function": replace_by_file,
    "drop_function": drop_object,
    "reset_pk_sequence!": reset_sequence,
    "reset_sequence!": reset_sequence,
}
