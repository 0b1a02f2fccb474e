"""What effects on types and other named objects do to a database."""

from typing import assert_never

from analyzer.analysis.schema.schema_database import Database, EffectRefusedError
from analyzer.analysis.schema.schema_keys import rename_constraint
from analyzer.analysis.schema.schema_tables import apply_to_tables
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import EnumType, NamedObject
from analyzer.records import replace


def apply_to_names(database: Database, effect: e.NamedEffect) -> None:  # noqa: C901, PLR0912  one line a kind
    """Apply an effect on a type or another named object. Raises RefusedError where refused."""
    match effect:
        case e.ChangeOther():
            return
        case e.CreateEnum(name, values):
            if name in database.enums and not effect.if_not_exists:
                raise EffectRefusedError(f"type {name} already exists")
            database.enums.setdefault(name, EnumType(name, values))
        case e.DropEnum():
            _drop_enum(database, effect)
        case e.RenameEnum(old, new):
            _rename_enum(database, old, new)
        case e.AddEnumValue():
            _add_value(database, effect)
        case e.RenameEnumValue(name, old, new):
            enum = _enum(database, name)
            values = tuple(new if value == old else value for value in enum.values)
            database.enums[name] = EnumType(name, values)
        case e.EnableExtension(name):
            database.extensions.add(name)
        case e.DisableExtension(name):
            database.extensions.discard(name)
        case e.CreateObject(kind, name):
            database.others.add(NamedObject(kind, name))
        case e.DropObject("schema", name):
            database.others.discard(NamedObject("schema", name))
            for table in [it for it in database.tables if it.startswith(f"{name}.")]:
                apply_to_tables(database, e.DropTable(table, effect.line))
        case e.DropObject(kind, name):
            database.others.discard(NamedObject(kind, name))
        case e.RenameObject("constraint", old, new):
            rename_constraint(database, old, new)
        case e.RenameObject(kind, old, new):
            database.others.discard(NamedObject(kind, old))
            database.others.add(NamedObject(kind, new))
        case _:
            assert_never(effect)


def _enum(database: Database, name: str) -> EnumType:
    if name not in database.enums:
        raise EffectRefusedError(f"there is no type {name}")
    return database.enums[name]


def _drop_enum(database: Database, effect: e.DropEnum) -> None:
    other = NamedObject("type", effect.name)
    if other in database.others:
        database.others.discard(other)
    elif effect.name in database.enums or not effect.if_exists:
        _enum(database, effect.name)
        del database.enums[effect.name]


def _rename_enum(database: Database, old: str, new: str) -> None:
    enum = _enum(database, old)
    del database.enums[old]
    database.enums[new] = EnumType(new, enum.values)
    for table in list(database.tables.values()):
        columns = tuple(
            replace(column, enum_type=new) if column.enum_type == old else column
            for column in table.columns
        )
        if columns != table.columns:
            database.put(replace(table, columns=columns))


def _add_value(database: Database, effect: e.AddEnumValue) -> None:
    enum = _enum(database, effect.name)
    values = list(enum.values)
    if effect.value in values:
        if effect.if_not_exists:
            return
        raise EffectRefusedError(f"{effect.name} already has a value {effect.value}")
    place = len(values)
    if effect.before in values:
        place = values.index(effect.before)
    elif effect.after in values:
        place = values.index(effect.after) + 1
    values.insert(place, effect.value)
    database.enums[effect.name] = EnumType(effect.name, tuple(values))
