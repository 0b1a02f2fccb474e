"""What takes an effect back, as Rails' command recorder has it."""

from analyzer.model.effects import effect as e
from analyzer.records import replace


def inverse(effect: e.PlainEffect) -> e.PlainEffect | None:
    """The effect that takes another one back; None where the file does not say enough for it.

    Source: ActiveRecord::Migration::CommandRecorder.
    """
    match effect:
        case e.ReadData() | e.WriteData() | e.Opaque() | e.ValidateConstraint():
            return effect
        case e.RunMigration(_, up):
            return replace(effect, up=not up)
        case (
            e.RenameTable(old=old, new=new)
            | e.RenameColumn(old=old, new=new)
            | e.RenameIndex(old=old, new=new)
            | e.RenameEnum(old=old, new=new)
            | e.RenameEnumValue(old=old, new=new)
            | e.RenameObject(old=old, new=new)
        ):
            return replace(effect, old=new, new=old)
        case _:
            found = (take_back(effect) for take_back in _BY_KIND)
            return next((it for it in found if it is not None), None)


def _of_table(effect: e.PlainEffect) -> e.PlainEffect | None:
    """For whole tables."""
    match effect:
        case e.CreateTable(table, line):
            return e.DropTable(table.name, line, effect.if_not_exists, table=table)
        case e.DropTable(_, line, if_exists, _, table) if table is not None:
            return e.CreateTable(table, line, if_exists)
        case _:
            return None


def _of_column(effect: e.PlainEffect) -> e.PlainEffect | None:
    match effect:
        case e.AddColumn(table, column, line, if_not_exists):
            return e.RemoveColumn(table, column.name, line, if_not_exists, column)
        case e.RemoveColumn(table, _, line, if_exists, column) if column is not None:
            return e.AddColumn(table, column, line, if_exists)
        case e.ChangeDefault(_, _, default, _, before, True):
            return replace(effect, default=before, before=default)
        case e.ChangeNull(_, _, null):
            return replace(effect, null=not null)
        case _:
            return None


def _of_index(effect: e.PlainEffect) -> e.PlainEffect | None:
    match effect:
        case e.AddIndex(table, index, line, if_not_exists):
            return e.RemoveIndex(table, line, index.name, index.columns, if_not_exists, index)
        case e.RemoveIndex(str() as table, line, _, _, if_exists, index) if index is not None:
            return e.AddIndex(table, index, line, if_exists)
        case _:
            return None


def _of_key(effect: e.PlainEffect) -> e.PlainEffect | None:
    match effect:
        case e.AddForeignKey(table, key, line, if_not_exists):
            first = next(iter(key.columns), None)
            return e.RemoveForeignKey(
                table, line, key.to_table, first, key.name, if_not_exists, key
            )
        case e.RemoveForeignKey(table, line, key=key) if key is not None:
            return e.AddForeignKey(table, key, line, effect.if_exists)
        case e.AddPrimaryKey(table, _, line):
            return e.RemovePrimaryKey(table, line)
        case _:
            return None


def _of_constraint(effect: e.PlainEffect) -> e.PlainEffect | None:
    match effect:
        case e.AddConstraint(table, constraint, line, if_not_exists):
            return e.RemoveConstraint(
                table, constraint.name, line, constraint.kind, if_not_exists, constraint
            )
        case e.RemoveConstraint(table, _, line, constraint=constraint) if constraint is not None:
            return e.AddConstraint(table, constraint, line, effect.if_exists)
        case _:
            return None


def _of_object(effect: e.PlainEffect) -> e.PlainEffect | None:
    """For types, extensions and objects that are written in SQL."""
    match effect:
        case e.CreateEnum(name, values, line):
            return e.DropEnum(name, line, values=values)
        case e.DropEnum(name, line, _, values) if values is not None:
            return e.CreateEnum(name, values, line)
        case e.EnableExtension(name, line):
            return e.DisableExtension(name, line)
        case e.DisableExtension(name, line):
            return e.EnableExtension(name, line)
        case e.CreateObject(kind, name, line, _, False):
            return e.DropObject(kind, name, line)
        case _:
            return None


_BY_KIND = (_of_table, _of_column, _of_index, _of_key, _of_constraint, _of_object)
