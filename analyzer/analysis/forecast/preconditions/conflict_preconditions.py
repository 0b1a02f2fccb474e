"""What stands against an ON CONFLICT: it names a unique index, or a constraint, of its table."""

from collections.abc import Iterator

from analyzer.analysis.forecast.preconditions.index_preconditions import unique_keys
from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    by_method,
    needs_column,
    refused,
)
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment
from analyzer.model.schema.schema import Index, Table

_COPY = "run it on a copy of this database"


def against_conflict(world: SimulatedDatabase, effect: e.WriteData, table: Table) -> Problems:
    """Problems of finding the index by which rows are told to be the same."""
    conflict = effect.conflict
    if conflict is None or conflict == e.OnConflict() or table.name in world.database.unsure:
        return
    if effect.model is not None:
        yield from _by_model(world, effect.model, conflict, table)
    elif conflict.name:
        yield from _constraint(world, conflict.name, table)
    else:
        for column in conflict.columns:
            yield from needs_column(world, table.name, column)
        yield from _index(world, conflict, table)


def meant(conflict: e.OnConflict | None, table: Table) -> set[str]:
    """The columns that may be the same in two rows without harm; none where that is not known."""
    if conflict is None:
        return set()
    names = {conflict.name, *conflict.columns}
    named = next((columns for name, columns in _found_by(table) if name in names), set())
    return named or set(conflict.columns or (table.primary_key if conflict.name else ()))


def _constraint(world: SimulatedDatabase, name: str, table: Table) -> Problems:
    known = {it.name for it in table.constraints}
    if name not in known and not (table.primary_key and name == table.key):
        missing = Impediment.NO_CONFLICT_CONSTRAINT
        yield from refused(world, missing, name=name, table=table.name)


def _index(world: SimulatedDatabase, conflict: e.OnConflict, table: Table) -> Problems:
    if conflict.whole and set(conflict.columns) in unique_keys(table):
        return
    if not conflict.plain and any(_may_fit(conflict, it) for it in table.indexes if it.unique):
        yield Doubt("whether its ON CONFLICT fits a unique index is not known here", _COPY)
        return
    yield from refused(world, Impediment.NO_CONFLICT_INDEX, table=table.name)


def _may_fit(conflict: e.OnConflict, index: Index) -> bool:
    """Whether an index may be meant; of expressions and conditions the texts are not compared."""
    if not conflict.whole:
        return any(not column.isidentifier() for column in index.columns)
    return bool(index.where) and set(index.columns) == set(conflict.columns)


def _by_model(
    world: SimulatedDatabase, model: str, conflict: e.OnConflict, table: Table
) -> Problems:
    """A model that writes rows looks for the index itself."""
    if world.methods is not None:
        unique = _found_by(table)
        yield from by_method(world.methods.unfit_upsert(model, conflict, table, unique))


def _found_by(table: Table) -> Iterator[tuple[str, set[str]]]:
    yield from ((it.name, set(it.columns)) for it in table.indexes if it.unique)
    yield from ((it.name, set(it.columns)) for it in table.constraints if it.columns)
