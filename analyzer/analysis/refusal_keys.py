"""What stands against effects on indexes, foreign keys and constraints."""

from collections.abc import Sequence

from analyzer.analysis.refusal import (
    Doubt,
    Problems,
    Refusal,
    Setting,
    duplicate,
    hangs_on_a_question,
    needs_column,
    needs_table,
    undefined_table,
)
from analyzer.analysis.refusal_tables import long_index_name
from analyzer.analysis.refusal_types import key_types
from analyzer.analysis.settling import breaking, doubles, pointing_nowhere
from analyzer.analysis.simulated_world import There, World
from analyzer.model import effect as e
from analyzer.model.effect import KeyEffect
from analyzer.model.index_names import default_index_name
from analyzer.model.schema import ConstraintKind, ForeignKey, Index, Table


def against_keys(world: World, effect: KeyEffect, setting: Setting) -> Problems:
    """Problems of an effect on an index or a constraint, in the order in which they are met."""
    match effect:
        case e.AddIndex():
            yield from _add_index(world, effect, setting)
        case e.RemoveIndex():
            yield from _remove_index(world, effect, setting)
        case e.RenameIndex(table, old, new):
            if _index_of(world, table, old) is There.NO:
                yield undefined_table(old)
            yield from duplicate(world, new)
        case e.AddForeignKey():
            yield from _add_key(world, effect)
        case e.RemoveForeignKey():
            yield from _remove_key(world, effect)
        case e.AddConstraint():
            yield from _add_constraint(world, effect)
        case e.RemoveConstraint():
            yield from _remove_constraint(world, effect)
        case e.ValidateConstraint():
            yield from _validate(world, effect)


# Indexes


def _add_index(world: World, effect: e.AddIndex, setting: Setting) -> Problems:
    name, index = effect.table, effect.index
    yield from long_index_name(name, index.name)
    if effect.concurrently and setting.transaction:
        yield _in_transaction("CREATE INDEX CONCURRENTLY")
    if world.view(name) == "view":
        yield Refusal("PG::WrongObjectType", f'"{name}" is not a table or materialized view')
    elif world.view(name) is None:
        yield from needs_table(world, name)
    if effect.if_not_exists and world.relation(index.name) is not None:
        return
    for column in (*index.columns, *index.include):
        if column.isidentifier():
            yield from needs_column(world, name, column)
    if not effect.if_not_exists:
        yield from duplicate(world, index.name)
    if index.unique:
        yield from no_doubles(world, name, index)


def _in_transaction(statement: str) -> Refusal:
    said = f"{statement} cannot run inside a transaction block"
    return Refusal("PG::ActiveSqlTransaction", said)


def no_doubles(world: World, table: str, index: Index) -> Problems:
    """A unique index can only be made where no two rows share the values."""
    if world.rows.all_null(table, index.columns):
        return
    known = world.database.tables.get(table)
    if known is not None and _unique_already(known, set(index.columns)):
        return
    columns = ", ".join(index.columns)
    yield Doubt(
        f"if two rows of {table} share {columns}, the unique index {index.name} fails with "
        "PG::UniqueViolation",
        doubles(table, index.columns, index.where),
    )


def _unique_already(table: Table, columns: set[str]) -> bool:
    return any(keys <= columns for keys in unique_keys(table))


def unique_keys(table: Table) -> Sequence[set[str]]:
    """The sets of columns that no two rows share."""
    keys = [set(table.primary_key), *(set(it.columns) for it in table.constraints)]
    keys += [set(index.columns) for index in table.indexes if index.unique and not index.where]
    return [key for key in keys if key]


def _index_of(world: World, table: str | None, name: str) -> There:
    if name in world.broken_indexes:
        return There.YES
    owner = world.database.index_owner(name)
    if owner is not None:
        return There.YES
    if not world.complete and (table is None or world.table(table) is There.ASSUMED):
        return There.ASSUMED
    if table is not None and table in world.database.unsure:
        return There.ASSUMED
    return There.YES if world.relation(name) == "index" else There.NO


def _remove_index(world: World, effect: e.RemoveIndex, setting: Setting) -> Problems:
    if effect.concurrently and setting.transaction:
        yield _in_transaction("DROP INDEX CONCURRENTLY")
    if effect.name is not None and (effect.table is None or effect.columns is None):
        yield from _remove_by_name(world, effect, effect.name)
    elif effect.table is not None:
        yield from _remove_by_columns(world, effect, effect.table)


def _remove_by_name(world: World, effect: e.RemoveIndex, name: str) -> Problems:
    owner = _constrained_by(world, name)
    if owner is not None and not (effect.if_exists and effect.table is not None):
        yield Refusal(
            "PG::DependentObjectsStillExist",
            f"cannot drop index {name} because constraint {name} on table {owner} requires it",
        )
    elif not effect.if_exists and _index_of(world, effect.table, name) is There.NO:
        former = world.database.former.get(name)
        if former is None or effect.table is None:
            yield Refusal("PG::UndefinedObject", f'index "{name}" does not exist')


def _constrained_by(world: World, name: str) -> str | None:
    """The table whose constraint of that name keeps the index of the same name."""
    for table in world.database.tables.values():
        unique = (it for it in table.constraints if it.kind is not ConstraintKind.CHECK)
        if any(it.name == name for it in unique):
            return table.name
        if table.primary_key and name == f"{table.name}_pkey":
            return table.name
    return None


def _remove_by_columns(world: World, effect: e.RemoveIndex, table: str) -> Problems:
    known = world.database.tables.get(table)
    if effect.if_exists or (known is None and world.table(table) is not There.NO):
        return
    if known is not None and (table in world.database.unsure or _described(known, effect)):
        return
    yield Refusal("ArgumentError", f"No indexes found on {table} with the options provided.")


def _described(table: Table, effect: e.RemoveIndex) -> bool:
    """Whether Rails finds an index by its columns: those whose default name would be the same."""
    wanted = default_index_name(table.name, effect.columns or (), long_names=True)
    known = [*table.indexes]
    known += [Index(it.name, it.columns, unique=True) for it in table.constraints if it.columns]
    return any(
        (effect.name is None or index.name == effect.name)
        and default_index_name(table.name, index.columns, long_names=True) == wanted
        for index in known
    )


# Foreign keys


def _add_key(world: World, effect: e.AddForeignKey) -> Problems:
    name, key = effect.table, effect.key
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is not None and any(it.name == key.name for it in known.foreign_keys):
        if effect.if_not_exists:
            return
        yield Refusal(
            "PG::DuplicateObject",
            f'constraint "{key.name}" for relation "{name}" already exists',
        )
    yield from needs_table(world, key.to_table)
    for column in key.columns:
        if world.column(name, column) is There.NO:
            said = f'column "{column}" referenced in foreign key constraint does not exist'
            yield Refusal("PG::UndefinedColumn", said)
        if world.column(name, column) is There.OPEN:
            yield hangs_on_a_question("column", f"{name}.{column}")
    if known is not None:
        yield from key_types(world, known, key)
    if key.validated and not _points_already(known, key):
        yield from _all_point_somewhere(world, name, key)


def _points_already(table: Table | None, key: ForeignKey) -> bool:
    same = (
        (it.columns, it.to_table, it.validated) == (key.columns, key.to_table, True)
        for it in (table.foreign_keys if table is not None else ())
    )
    return any(same)


def _all_point_somewhere(world: World, table: str, key: ForeignKey) -> Problems:
    if world.rows.all_null(table, key.columns):
        return
    other = world.database.tables.get(key.to_table)
    targets = key.primary_key or (other.primary_key if other is not None else ()) or ("id",)
    yield Doubt(
        f"if a row of {table} points to no row of {key.to_table}, the foreign key fails with "
        "PG::ForeignKeyViolation",
        pointing_nowhere(table, key, targets),
    )


def _remove_key(world: World, effect: e.RemoveForeignKey) -> Problems:
    known = world.database.tables.get(effect.table)
    if effect.if_exists or (known is None and world.table(effect.table) is There.ASSUMED):
        return
    if known is not None and (effect.table in world.database.unsure or _has_key(known, effect)):
        return
    described = effect.to_table or effect.column or effect.name
    yield Refusal("ArgumentError", f"Table '{effect.table}' has no foreign key for {described}")


def _has_key(table: Table, effect: e.RemoveForeignKey) -> bool:
    return any(
        (effect.name is None or key.name == effect.name)
        and (effect.column is None or effect.column in key.columns)
        and (effect.to_table is None or effect.to_table == key.to_table)
        for key in table.foreign_keys
    )


# Constraints


def _add_constraint(world: World, effect: e.AddConstraint) -> Problems:
    name, constraint = effect.table, effect.constraint
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is not None and any(it.name == constraint.name for it in known.constraints):
        if effect.if_not_exists:
            return
        said = f'constraint "{constraint.name}" for relation "{name}" already exists'
        is_check = constraint.kind is ConstraintKind.CHECK
        yield (
            Refusal("PG::DuplicateObject", said)
            if is_check
            else Refusal("PG::DuplicateTable", f'relation "{constraint.name}" already exists')
        )
    if constraint.kind is not ConstraintKind.CHECK:
        yield from _with_index(world, effect)
    elif effect.validated and name not in world.rows.empty:
        yield Doubt(
            f"if a row of {name} breaks {constraint.name}, it fails with PG::CheckViolation",
            breaking(name, constraint.expression),
        )


def _with_index(world: World, effect: e.AddConstraint) -> Problems:
    """A unique constraint brings an index of its own name, or takes one over."""
    name, constraint, used = effect.table, effect.constraint, effect.using_index
    known = world.database.tables.get(name)
    if used is not None:
        if known is not None and known.index(used) is None:
            yield Refusal("PG::UndefinedObject", f'index "{used}" does not exist')
        return
    for column in constraint.columns:
        if world.column(name, column) is There.NO:
            yield Refusal("PG::UndefinedColumn", f'column "{column}" named in key does not exist')
    yield from duplicate(world, constraint.name)
    if constraint.columns:
        index = Index(constraint.name, constraint.columns, unique=True)
        yield from no_doubles(world, name, index)
    elif name not in world.rows.empty:
        yield Doubt(
            f"if two rows of {name} break {constraint.name}, it fails with PG::ExclusionViolation",
            "add it on a copy of this database",
        )


def _remove_constraint(world: World, effect: e.RemoveConstraint) -> Problems:
    name = effect.table
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is None or effect.if_exists or name in world.database.unsure:
        return
    if effect.name == f"{name}_pkey" and known.primary_key:
        return
    keys = [key.name for key in known.foreign_keys]
    if effect.name in [*keys, *(it.name for it in known.constraints)]:
        return
    if effect.kind is not None:
        said = f"Table '{name}' has no {effect.kind.value} constraint for {effect.name}"
        yield Refusal("ArgumentError", said)
    else:
        said = f'constraint "{effect.name}" of relation "{name}" does not exist'
        yield Refusal("PG::UndefinedObject", said)


def _validate(world: World, effect: e.ValidateConstraint) -> Problems:
    name = effect.table
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is None or name in world.database.unsure:
        return
    keys = [key for key in known.foreign_keys if effect.name in {None, key.name}]
    if effect.to_table is not None:
        keys = [key for key in keys if key.to_table == effect.to_table]
    named = any(it.name == effect.name for it in known.constraints)
    if not keys and not named:
        said = f'constraint "{effect.name or effect.to_table}" of relation "{name}" does not exist'
        yield Refusal("PG::UndefinedObject", said)
    elif name not in world.rows.empty and not (keys and all(key.validated for key in keys)):
        yield Doubt(
            f"if a row of {name} breaks {effect.name or effect.to_table}, validating it fails",
            "validate it on a copy of this database",
        )
