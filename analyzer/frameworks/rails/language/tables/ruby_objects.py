"""The commands about whole tables, constraints, enums, extensions, schemas, views and the like."""

from collections.abc import Iterator, Mapping

from analyzer.engines.registry import engine_in_hand
from analyzer.frameworks.rails.language import rails_rules
from analyzer.frameworks.rails.language.ruby_call import Call, Command, table_name
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.schema.schema import Constraint, ConstraintKind, Table


def drop_table(call: Call) -> Iterator[Effect]:
    """``drop_table :songs, :artists, if_exists: true, force: :cascade``."""
    cascade = call.options.get("force") == "cascade"
    for name in call.texts():
        yield e.DropTable(table_name(name), call.line, call.flag("if_exists"), cascade)


def create_virtual_table(call: Call) -> Iterator[Effect]:
    """``create_virtual_table :notes, :fts5, ["text"]``: passed over where the table is there.

    Source: SQLite3Adapter, 8.0; the other adapters do nothing.
    """
    if engine_in_hand().name == "sqlite":
        table = Table(table_name(call.text(0)), ())
        yield e.CreateTable(table, call.line, if_not_exists=True, computed=("its columns",))


def drop_virtual_table(call: Call) -> Iterator[Effect]:
    """``drop_virtual_table :notes, :fts5, ["text"]``."""
    if engine_in_hand().name == "sqlite":
        yield e.DropTable(table_name(call.text(0)), call.line)


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


def validate_constraint(call: Call) -> Iterator[Effect]:
    """``validate_check_constraint :songs, name: "..."`` and ``validate_constraint``."""
    name = call.text(1) if call.has(1) else call.option("name")
    expression = call.options.get("expression")
    if name is None and isinstance(expression, str):
        name = _check(call.but(call.table(), expression)).name
    kind = "check constraint" if call.name == "validate_check_constraint" else None
    yield e.ValidateConstraint(call.table(), call.line, name, kind=kind)


def _check(call: Call) -> Constraint:
    expression = call.text(1) if call.has(1) else call.option("expression")
    name = call.option("name")
    identifier = f"{call.table()}_{expression}_chk"
    return Constraint(
        name or rails_rules.hashed_name("chk", identifier), ConstraintKind.CHECK, expression
    )


def _unique(call: Call) -> Constraint:
    columns = tuple(call.texts(1))
    over = call.option("using_index") or "_and_".join(columns)
    name = call.option("name") or rails_rules.hashed_name("uniq", f"{call.table()}_{over}_unique")
    return Constraint(name, ConstraintKind.UNIQUE, None, columns)


def _exclusion(call: Call) -> Constraint:
    expression = call.text(1) if call.has(1) else call.option("expression")
    identifier = f"{call.table()}_{expression}_excl"
    name = call.option("name") or rails_rules.hashed_name("excl", identifier)
    return Constraint(name, ConstraintKind.EXCLUSION, expression)


_MAKERS = {"check": _check, "unique": _unique, "unique_key": _unique, "exclusion": _exclusion}


def add_constraint(call: Call) -> Iterator[Effect]:
    """``add_check_constraint``, ``add_unique_constraint`` and ``add_exclusion_constraint``."""
    kind = call.name.removeprefix("add_").removesuffix("_constraint")
    yield e.AddConstraint(
        call.table(),
        _MAKERS[kind](call),
        call.line,
        call.flag("if_not_exists"),
        call.option("using_index"),
        validated=call.options.get("validate") is not False,
    )


def remove_constraint(call: Call) -> Iterator[Effect]:
    """``remove_check_constraint`` and its like, by name or by what it says."""
    kind = call.name.removeprefix("remove_").removesuffix("_constraint")
    constraint = _MAKERS[kind](call)
    shown = constraint if call.has(1) or "expression" in call.options else None
    yield e.RemoveConstraint(
        call.table(), constraint.name, call.line, constraint.kind, call.flag("if_exists"), shown
    )


COMMANDS: Mapping[str, Command] = {
    "drop_table": drop_table,
    "drop_tables": drop_table,
    "create_virtual_table": create_virtual_table,
    "drop_virtual_table": drop_virtual_table,
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
    "validate_check_constraint": validate_constraint,
    "validate_constraint": validate_constraint,
    "add_check_constraint": add_constraint,
    "remove_check_constraint": remove_constraint,
    "add_unique_constraint": add_constraint,
    "remove_unique_constraint": remove_constraint,
    "add_unique_key": add_constraint,
    "remove_unique_key": remove_constraint,
    "add_exclusion_constraint": add_constraint,
    "remove_exclusion_constraint": remove_constraint,
}
