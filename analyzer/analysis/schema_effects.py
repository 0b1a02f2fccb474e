"""One effect on a schema, by its kind."""

from typing import assert_never

from analyzer.analysis.schema_database import Database
from analyzer.analysis.schema_keys import KeyEffect, NamedEffect, apply_to_keys, apply_to_names
from analyzer.analysis.schema_tables import (
    ColumnEffect,
    TableEffect,
    apply_to_columns,
    apply_to_tables,
)
from analyzer.model import effect as e

SchemaEffect = TableEffect | ColumnEffect | KeyEffect | NamedEffect


def apply_effect(database: Database, effect: SchemaEffect) -> None:
    """Apply an effect on a schema. Raises RefusedError where the database would refuse it."""
    match effect:
        case (
            e.CreateTable()
            | e.DropTable()
            | e.RenameTable()
            | e.ChangeTableComment()
            | e.AddPrimaryKey()
            | e.RemovePrimaryKey()
        ):
            apply_to_tables(database, effect)
        case (
            e.AddColumn()
            | e.RemoveColumn()
            | e.RenameColumn()
            | e.ChangeColumn()
            | e.ChangeDefault()
            | e.ChangeNull()
            | e.ChangeColumnComment()
        ):
            apply_to_columns(database, effect)
        case (
            e.AddIndex()
            | e.RemoveIndex()
            | e.RenameIndex()
            | e.AddForeignKey()
            | e.RemoveForeignKey()
            | e.AddConstraint()
            | e.RemoveConstraint()
            | e.ValidateConstraint()
        ):
            apply_to_keys(database, effect)
        case (
            e.CreateEnum()
            | e.DropEnum()
            | e.RenameEnum()
            | e.AddEnumValue()
            | e.RenameEnumValue()
            | e.EnableExtension()
            | e.DisableExtension()
            | e.CreateObject()
            | e.DropObject()
            | e.RenameObject()
        ):
            apply_to_names(database, effect)
        case _:
            assert_never(effect)
