"""What an object is, found by its name in a database that is known in full."""

from collections.abc import Iterable
from typing import TypeVar

from analyzer.analysis.schema.schema_database import Database
from analyzer.analysis.schema.schema_facets import indexes_of
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    EnumType,
    ForeignKey,
    Index,
    NamedObject,
    Table,
)

Definition = Table | Column | Index | ForeignKey | Constraint | EnumType | NamedObject | None
_Held = TypeVar("_Held", Column, Index, ForeignKey, Constraint)


def definition(database: Database, ref: ObjectRef) -> Definition:
    """Find an object by kind and name; None where there is none, or only its name is known."""
    match ref.kind:
        case "table":
            return database.tables.get(ref.name)
        case "index":
            tables = database.tables.values()
            return _named(ref.name, (it for table in tables for it in indexes_of(table)))
        case "type":
            return database.enums.get(ref.name)
        case _:
            table, _, name = ref.name.rpartition(".")
            return _within(database.tables.get(table), ref.kind, name)


def _within(table: Table | None, kind: str, name: str) -> Definition:
    if table is None:
        return None
    match kind:
        case "column":
            return table.column(name)
        case "foreign_key":
            return _named(name, table.foreign_keys)
        case "constraint":
            return _named(name, table.constraints)
        case _:
            return None


def _named(name: str, held: Iterable[_Held]) -> _Held | None:
    return next((it for it in held if it.name == name), None)
