"""What effects on columns do to a database."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import assert_never

from analyzer.analysis.schema.schema_database import (
    Database,
    EffectRefusedError,
    covers,
    mentions,
    renamed_in,
)
from analyzer.analysis.schema.schema_tables import carried, note_former
from analyzer.engines.registry import engine_in_hand
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment
from analyzer.model.effects.literal_text import array_text, hstore_text
from analyzer.model.schema.schema import Column, Constraint, Default, Index, Table
from analyzer.records import replace


def apply_to_columns(database: Database, effect: e.ColumnEffect) -> None:  # noqa: C901  one line a kind
    """Apply an effect on a column. Raises RefusedError where the database would refuse it."""
    table = database.table(effect.table)
    match effect:
        case e.AddColumn():
            _add_column(database, table, effect)
        case e.RemoveColumn(_, name):
            if table.column(name) is None:
                if effect.if_exists or table.name in database.unsure or not _is_minded(effect):
                    return
                raise EffectRefusedError(f"{table.name} has no column {name}")
            database.put(_without_column(table, name))
        case e.RenameColumn(_, old, new):
            _column(database, table, old)
            if table.column(new) is not None:
                raise EffectRefusedError(f"{table.name} already has a column {new}")
            renamed = _with_renamed_column(table, effect)
            note_former(database, table, renamed.indexes)
            database.put(renamed)
            _rename_in_other_tables(database, table.name, old, new)
        case e.ChangeColumn(_, column):
            old_column = _column(database, table, column.name)
            database.put(table.with_column(_changed(old_column, database.typed(column), effect)))
        case e.ChangeDefault(_, name, default):
            old_column = _column(database, table, name)
            changed = replace(old_column, default=_fitting(default, old_column))
            database.put(table.with_column(changed))
        case e.ChangeNull(_, name, null):
            database.put(table.with_column(replace(_column(database, table, name), null=null)))
        case e.ChangeColumnComment(_, name, comment):
            old_column = _column(database, table, name)
            database.put(table.with_column(replace(old_column, comment=comment)))
        case _:
            assert_never(effect)


def _fitting(default: Default, column: Column) -> Default:
    """A list or hash, which change_column_default writes as JSON, as the column holds it."""
    if not isinstance(default, str) or default[:1] not in {"[", "{"}:
        return default
    with suppress(ValueError, RecursionError):
        value = json.loads(default)
        if column.array and isinstance(value, list):
            return array_text(value)
        if column.type == "hstore" and isinstance(value, dict):
            return hstore_text(value)
    return default


def _column(database: Database, table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        if table.name in database.unsure:
            return Column(name, "unknown")
        raise EffectRefusedError(f"{table.name} has no column {name}")
    return column


def _add_column(database: Database, table: Table, effect: e.AddColumn) -> None:
    column = database.typed(effect.column)
    if table.column(column.name) is not None:
        if effect.if_not_exists:
            return
        raise EffectRefusedError(f"{table.name} already has a column {column.name}")
    table = table.with_column(column)
    if effect.primary_key:
        table = replace(table, primary_key=(*table.primary_key, column.name))
    database.put(table)


def _changed(old: Column, new: Column, effect: e.ChangeColumn) -> Column:
    """Rails keeps NULL, default and comment unless the call gives them; sizes it sets anew."""
    return replace(
        new,
        null=new.null if "null" in effect.given else old.null,
        default=new.default if "default" in effect.given else old.default,
        comment=new.comment if "comment" in effect.given else old.comment,
        generated=old.generated,
    )


def _without_column(table: Table, name: str) -> Table:
    return replace(
        table,
        columns=tuple(column for column in table.columns if column.name != name),
        primary_key=() if name in table.primary_key else table.primary_key,
        indexes=tuple(_indexes_without(table, name)),
        foreign_keys=tuple(key for key in table.foreign_keys if name not in key.columns),
        constraints=tuple(it for it in table.constraints if not _constrains(it, name)),
    )


def _is_minded(effect: e.RemoveColumn) -> bool:
    """Whether it is an error that a column which is removed is not there."""
    names = {"table": effect.table, "column": effect.name}
    refusal = engine_in_hand().preconditions.refusal
    return effect.by_sql or refusal(Impediment.NO_COLUMN_TO_REMOVE, names) is not None


def _indexes_without(table: Table, name: str) -> Iterator[Index]:
    """The indexes that are left, and what is left of them, where a column goes."""
    outlive = not engine_in_hand().features.index_ends_with_column
    for index in table.indexes:
        left = tuple(it for it in index.columns if it != name)
        if not covers(index, name):
            yield index
        elif outlive and left and not covers(replace(index, columns=left), name):
            yield replace(index, columns=left)


def _constrains(constraint: Constraint, column: str) -> bool:
    return column in constraint.columns or mentions(constraint.expression, column)


def _with_renamed_column(table: Table, effect: e.RenameColumn) -> Table:
    old, new = effect.old, effect.new
    return replace(
        table,
        columns=tuple(_column_with_renamed(column, old, new) for column in table.columns),
        primary_key=tuple(new if name == old else name for name in table.primary_key),
        indexes=tuple(_with_renamed(index, table.name, effect) for index in table.indexes),
        foreign_keys=tuple(
            replace(key, columns=tuple(new if name == old else name for name in key.columns))
            for key in table.foreign_keys
        ),
        constraints=tuple(_constraint_with_renamed(it, old, new) for it in table.constraints),
    )


def _column_with_renamed(column: Column, old: str, new: str) -> Column:
    expression = column.generated
    return replace(
        column,
        name=new if column.name == old else column.name,
        generated=renamed_in(expression, old, new) if expression else expression,
    )


def _with_renamed(index: Index, table: str, effect: e.RenameColumn) -> Index:
    if not covers(index, effect.old):
        return index
    changed = replace(
        index,
        columns=tuple(renamed_in(part, effect.old, effect.new) for part in index.columns),
        include=tuple(renamed_in(part, effect.old, effect.new) for part in index.include),
        where=renamed_in(index.where, effect.old, effect.new) if index.where else None,
        order=tuple((effect.new if it == effect.old else it, way) for it, way in index.order),
        lengths=tuple((effect.new if it == effect.old else it, way) for it, way in index.lengths),
    )
    if effect.by_sql:
        return changed
    return carried(changed, table, table, index.columns, long_names=effect.long_names)


def _constraint_with_renamed(constraint: Constraint, old: str, new: str) -> Constraint:
    expression = constraint.expression
    return replace(
        constraint,
        columns=tuple(new if name == old else name for name in constraint.columns),
        expression=renamed_in(expression, old, new) if expression else expression,
    )


def _rename_in_other_tables(database: Database, table: str, old: str, new: str) -> None:
    for other in list(database.tables.values()):
        keys = tuple(
            replace(
                key, primary_key=tuple(new if name == old else name for name in key.primary_key)
            )
            if key.to_table == table
            else key
            for key in other.foreign_keys
        )
        if keys != other.foreign_keys:
            database.put(replace(other, foreign_keys=keys))
