"""What stands against effects on indexes, foreign keys and constraints."""

import re

from analyzer.analysis.forecast.preconditions.index_preconditions import (
    add_index,
    index_of,
    no_doubles,
    remove_index,
)
from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    Setting,
    by_method,
    duplicate_index,
    hangs_on_a_question,
    needs_table,
    needs_target,
    refused,
)
from analyzer.analysis.forecast.preconditions.type_preconditions import key_types
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.schema_database import mentions
from analyzer.analysis.schema.schema_keys import fits, validates
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import KeyEffect
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.model.schema.schema import ConstraintKind, ForeignKey, Index, Table


def against_keys(world: SimulatedDatabase, effect: KeyEffect, setting: Setting) -> Problems:
    """Problems of an effect on an index or a constraint, in the order in which they are met."""
    match effect:
        case e.AddIndex():
            yield from add_index(world, effect, setting)
        case e.RemoveIndex():
            yield from remove_index(world, effect, setting)
        case e.RenameIndex(table, old, new):
            if index_of(world, table, old) is There.NO:
                missing = Impediment.NO_INDEX_TO_RENAME
                yield from refused(world, missing, name=old, table=table or "")
            yield from duplicate_index(world, table, new)
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


# Foreign keys


def _add_key(world: SimulatedDatabase, effect: e.AddForeignKey) -> Problems:
    name, key = effect.table, effect.key
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is not None and any(it.name == key.name for it in known.foreign_keys):
        if effect.if_not_exists:
            return
        yield from refused(world, Impediment.FOREIGN_KEY_TAKEN, name=key.name, table=name)
    yield from needs_target(world, name, key.to_table)
    for column in key.columns:
        if world.column(name, column) is There.NO:
            yield from refused(world, Impediment.NO_KEY_COLUMN, column=column)
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


def _all_point_somewhere(world: SimulatedDatabase, table: str, key: ForeignKey) -> Problems:
    if world.rows.all_null(table, key.columns):
        return
    other = world.database.tables.get(key.to_table)
    targets = key.primary_key or (other.primary_key if other is not None else ()) or ("id",)
    yield Doubt(
        f"if a row of {table} points to no row of {key.to_table}, the foreign key fails with "
        f"{world.error_of_rows(RowViolation.FOREIGN_KEY)}",
        world.engine.preconditions.pointing_nowhere(table, key, targets),
    )


def _remove_key(world: SimulatedDatabase, effect: e.RemoveForeignKey) -> Problems:
    known = world.database.tables.get(effect.table)
    if effect.if_exists or (known is None and world.table(effect.table) is There.ASSUMED):
        return
    sure = known is not None and effect.table not in world.database.unsure
    if known is not None and (not sure or any(fits(key, effect) for key in known.foreign_keys)):
        return
    if world.methods is not None:
        yield from by_method(world.methods.no_foreign_key(effect))
    else:
        described = effect.name or effect.column or effect.to_table
        missing = Impediment.NO_CONSTRAINT
        yield from refused(world, missing, name=str(described), table=effect.table)


# Constraints


def _add_constraint(world: SimulatedDatabase, effect: e.AddConstraint) -> Problems:
    name, constraint = effect.table, effect.constraint
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is not None and any(it.name == constraint.name for it in known.constraints):
        if effect.if_not_exists:
            return
        if constraint.kind is ConstraintKind.CHECK:
            taken = Impediment.CONSTRAINT_TAKEN
            yield from refused(world, taken, name=constraint.name, table=name)
        else:
            yield from refused(world, Impediment.TABLE_TAKEN, name=constraint.name)
    if constraint.kind is not ConstraintKind.CHECK:
        yield from _with_index(world, effect)
    elif effect.validated and not _never_broken(world, name, constraint.expression):
        yield Doubt(
            f"if a row of {name} breaks {constraint.name}, it fails with "
            f"{world.error_of_rows(RowViolation.CHECK)}",
            world.engine.preconditions.breaking(name, constraint.expression),
        )


def _with_index(world: SimulatedDatabase, effect: e.AddConstraint) -> Problems:
    """A unique constraint brings an index of its own name, or takes one over."""
    name, constraint, used = effect.table, effect.constraint, effect.using_index
    known = world.database.tables.get(name)
    if used is not None:
        if known is not None and known.index(used) is None:
            yield from refused(world, Impediment.NO_INDEX, name=used)
        return
    for column in constraint.columns:
        if world.column(name, column) is There.NO:
            yield from refused(world, Impediment.NO_UNIQUE_COLUMN, column=column)
    yield from duplicate_index(world, name, constraint.name)
    if constraint.columns:
        index = Index(constraint.name, constraint.columns, unique=True)
        yield from no_doubles(world, name, index)
    elif name not in world.rows.empty:
        yield Doubt(
            f"if two rows of {name} break {constraint.name}, it fails with "
            f"{world.error_of_rows(RowViolation.EXCLUSION)}",
            "add it on a copy of this database",
        )


def _remove_constraint(world: SimulatedDatabase, effect: e.RemoveConstraint) -> Problems:
    name = effect.table
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is None or effect.if_exists or name in world.database.unsure:
        return
    if effect.name == known.key and known.primary_key:
        if not effect.cascade:
            yield from _key_in_use(world, known)
        return
    keys = [key.name for key in known.foreign_keys]
    if effect.name in [*keys, *(it.name for it in known.constraints)]:
        return
    if effect.kind is not None and world.methods is not None:
        kind = f"{effect.kind.value} constraint"
        yield from by_method(world.methods.no_constraint(name, kind, effect.name))
    else:
        yield from refused(world, Impediment.NO_CONSTRAINT, name=effect.name, table=name)


def _key_in_use(world: SimulatedDatabase, table: Table) -> Problems:
    referring = [other.name for other, key in world.referring(table.name) if not key.primary_key]
    if referring:
        others = ", ".join(dict.fromkeys(referring))
        in_use = Impediment.KEY_IN_USE
        yield from refused(world, in_use, name=table.key, table=table.name, others=others)


def _validate(world: SimulatedDatabase, effect: e.ValidateConstraint) -> Problems:
    name = effect.table
    yield from needs_table(world, name)
    known = world.database.tables.get(name)
    if known is None or name in world.database.unsure:
        return
    keys = [key for key in known.foreign_keys if validates(effect, key)]
    checks = [it for it in known.constraints if it.name == effect.name]
    if not keys and not checks:
        yield from _nothing_to_validate(world, effect)
    for key in keys:
        if not key.validated:
            yield from _all_point_somewhere(world, name, key)
    for check in checks:
        if not check.validated and not _never_broken(world, name, check.expression):
            yield Doubt(
                f"if a row of {name} breaks {check.name}, validating it fails with "
                f"{world.error_of_rows(RowViolation.CHECK)}",
                world.engine.preconditions.breaking(name, check.expression),
            )


def _nothing_to_validate(world: SimulatedDatabase, effect: e.ValidateConstraint) -> Problems:
    described = effect.name or effect.column or effect.to_table
    if effect.kind is not None and world.methods is not None:
        told = world.methods.no_constraint(effect.table, effect.kind, str(described))
        yield from by_method(told)
    else:
        missing = Impediment.NO_CONSTRAINT
        yield from refused(world, missing, name=str(described), table=effect.table)


_SEES_NULL = re.compile(r"null|coalesce|distinct|exists", re.IGNORECASE)


def _never_broken(world: SimulatedDatabase, table: str, expression: str | None) -> bool:
    """Whether no row can break a check: there are none, or it only compares what is NULL."""
    if table in world.rows.empty:
        return True
    known = world.database.tables.get(table)
    if known is None or expression is None or _SEES_NULL.search(expression):
        return False
    named = [it.name for it in known.columns if mentions(expression, it.name)]
    return bool(named) and all((table, name) in world.rows.unset for name in named)
