"""The answers that a simulated database gives to the questions of a migration's guards."""

from typing import assert_never

from analyzer.analysis.forecast.preconditions.preconditions import PreconditionFailure, refused
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.model.core import condition as c
from analyzer.model.core.condition import Condition, Fact
from analyzer.model.effects.impediment import Impediment


class QuestionFailsError(Exception):
    """Asking is refused already: ``refusal`` says how."""

    def __init__(self, refusal: PreconditionFailure) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def answer(world: SimulatedDatabase, condition: Condition) -> bool | None:
    """Answer as Ruby does, from left to right and no further than needed; None where unknown.

    Raises:
        QuestionFailsError: the database refuses the question, as column_exists? of no table.
    """
    match condition:
        case c.Not(of):
            inner = answer(world, of)
            return None if inner is None else not inner
        case c.AllOf(parts):
            return _until(world, parts, stop=False)
        case c.AnyOf(parts):
            return _until(world, parts, stop=True)
        case _:
            return _fact(world, condition)


def _until(world: SimulatedDatabase, parts: tuple[Condition, ...], *, stop: bool) -> bool | None:
    unsure = False
    for part in parts:
        try:
            found = answer(world, part)
        except QuestionFailsError:
            if not unsure:
                raise
            return None  # whether it is asked at all is not known
        if found is stop:
            return stop if not unsure else None
        unsure |= found is None
    return None if unsure else not stop


def _fact(world: SimulatedDatabase, fact: Fact) -> bool | None:
    match fact:
        case c.TableExists(name):
            there = world.table(name)
            return True if world.view(name) is not None else _known(there)
        case c.ColumnExists():
            return _has_column(world, fact)
        case c.ExtensionEnabled(name):
            return _known(world.extension(name))
        case c.ExtensionAvailable(name):
            return None if world.available is None else name in world.available
        case c.Unsure():
            return None
        case c.IndexExists() | c.ForeignKeyExists() | c.ConstraintExists():
            return _in_table(world, fact)
        case _:
            assert_never(fact)


def _has_column(world: SimulatedDatabase, fact: c.ColumnExists) -> bool | None:
    if world.readable(fact.table) is not There.NO:
        return _known(world.column(fact.table, fact.column))
    if not fact.guessed:
        for refusal in refused(world, Impediment.NO_TABLE_TO_ALTER, name=fact.table):
            raise QuestionFailsError(refusal)
    return None


def _known(there: There) -> bool | None:
    return {There.YES: True, There.NO: False}.get(there)


def _in_table(
    world: SimulatedDatabase, fact: c.IndexExists | c.ForeignKeyExists | c.ConstraintExists
) -> bool | None:
    if isinstance(fact, c.IndexExists) and fact.name in world.broken_indexes:
        return None  # Rails lists one that is not valid, or not, by its version
    if fact.table is not None and world.table(fact.table) in {There.ASSUMED, There.OPEN}:
        return None
    if fact.table in world.database.unsure and not world.complete:
        found = world.database.fact_holds(fact)
        return found or None
    if isinstance(fact, c.IndexExists) and fact.name is not None and fact.columns is not None:
        return _both(world, fact, fact.name, fact.columns)
    return world.database.fact_holds(fact)


def _both(
    world: SimulatedDatabase, fact: c.IndexExists, name: str, columns: tuple[str, ...]
) -> bool:
    table = world.database.tables.get(fact.table or "")
    index = table.index(name) if table is not None else None
    return index is not None and index.columns == columns
