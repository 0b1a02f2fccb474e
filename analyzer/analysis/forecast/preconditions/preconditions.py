"""What stands against an effect: a certain refusal, or a doubt that only a look can settle.

The words of a refusal are the engine's or the framework's own, so that they can be searched for.
"""

from collections.abc import Iterator, Mapping

from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.schema_store import TEMPORARY
from analyzer.frameworks.ports.methods import MethodDoubt, MethodRefusal
from analyzer.model.effects.impediment import Impediment
from analyzer.records import Struct


class PreconditionFailure(Struct, frozen=True):
    """The database or the framework would refuse.

    ``error`` is the class raised, ``said`` its message; ``lacks``: something is not there;
    ``repeats``: it is there already; ``by_engine``: the database refuses, not the framework.
    """

    error: str
    said: str
    lacks: bool = False
    repeats: bool = False
    by_engine: bool = False

    def __str__(self) -> str:
        return f"{self.error}: {self.said}"


class Doubt(Struct, frozen=True):
    """It cannot be known whether it works; ``settle`` is what would tell.

    ``blind``: what has happened to the database is not known either.
    """

    why: str
    settle: str
    blind: bool = False


Problem = PreconditionFailure | Doubt
Problems = Iterator[Problem]


class Setting(Struct, frozen=True):
    """Under what an effect runs: in a transaction or not, and as which version it ran before.

    ``truncated`` are the tables that the same TRUNCATE empties.
    """

    transaction: bool = True
    ran_as: str | None = None
    truncated: frozenset[str] = frozenset()


def refused(
    world: SimulatedDatabase, impediment: Impediment, **names: str
) -> Iterator[PreconditionFailure]:
    """What the engine says to an impediment; nothing where it does not mind.

    Args: names: those that the impediment's text tells.
    """
    told = _told(world, impediment, names)
    if told is not None:
        error, said = told
        yield PreconditionFailure(error, said, impediment.lacks, impediment.repeats, by_engine=True)


def _told(
    world: SimulatedDatabase, impediment: Impediment, names: Mapping[str, str]
) -> tuple[str, str] | None:
    """The engine's words, unless the framework looks first; some name the database or a version."""
    engine = world.engine
    if world.methods is not None:
        told = world.methods.before_engine(engine.name, impediment, names)
        if told is not None:
            return told.error, told.said
    known = {"database": world.name, "server_version": str(world.server_version or "")}
    refusal = engine.preconditions.refusal(impediment, {**known, **names})
    return None if refusal is None else (world.error_class(refusal[0]), refusal[1])


def error_of(world: SimulatedDatabase, impediment: Impediment, **names: str) -> str:
    """The class of the error alone, for a doubt."""
    told = _told(world, impediment, names)
    return told[0] if told is not None else "an error"


def by_method(told: MethodRefusal | MethodDoubt | None, *, lacks: bool = True) -> Iterator[Problem]:
    """What the framework's own method says; nothing where it does not mind."""
    if isinstance(told, MethodRefusal):
        yield PreconditionFailure(told.error, told.said, lacks)
    elif told is not None:
        yield Doubt(told.why, told.settle)


def hangs_on_a_question(kind: str, name: str) -> Doubt:
    """The doubt about an object that was made or dropped under an undecided question."""
    return Doubt(
        f"whether {kind} {name} is there depends on a condition of an earlier step",
        "run it on a copy of this database",
    )


def needs_table(
    world: SimulatedDatabase, name: str, missing: Impediment = Impediment.NO_TABLE
) -> Problems:
    """A statement on a table that has to be there."""
    there = world.table(name)
    if there is There.OPEN:
        yield hangs_on_a_question("table", name)
    if there is There.NO:
        kind = world.view(name)
        if kind is not None:
            word = kind.replace("_", " ")
            yield from refused(world, Impediment.NO_TABLE_BUT_VIEW, name=name, kind=word)
        else:
            yield from refused(world, missing, name=name)


def needs_target(world: SimulatedDatabase, table: str, target: str) -> Problems:
    """The table that a foreign key of another one points to."""
    if world.table(target) is There.NO and world.view(target) is None:
        yield from refused(world, Impediment.NO_REFERENCED_TABLE, name=target, table=table)
    else:
        yield from needs_table(world, target)


def needs_column(
    world: SimulatedDatabase,
    table: str,
    column: str,
    missing: Impediment = Impediment.NO_COLUMN,
    part: str = "",
) -> Problems:
    """A statement on a column that has to be there; ``part`` is what of it changes."""
    there = world.column(table, column)
    if there is There.OPEN:
        yield hangs_on_a_question("column", f"{table}.{column}")
    if there is There.NO:
        yield from refused(world, missing, column=column, table=table, part=part)


def duplicate(world: SimulatedDatabase, name: str, made: str = "table") -> Problems:
    """A name that has to be free among tables, views, sequences and indexes.

    Args: made: what is to have it.
    """
    there = world.free(name)
    if there is There.YES:
        taken = Impediment.VIEW_TAKEN if world.view(name) else Impediment.TABLE_TAKEN
        bare, held_by = name.removeprefix(TEMPORARY), world.relation(name) or "table"
        yield from refused(world, taken, name=bare, made=made, held_by=held_by)
    if there is There.OPEN:
        yield hangs_on_a_question("relation", name)


def duplicate_index(world: SimulatedDatabase, table: str | None, name: str) -> Problems:
    """A name that has to be free among indexes: of the table, or of all that have names."""
    if world.engine.features.index_names_shared:
        yield from duplicate(world, name, "index")
        return
    known = world.database.tables.get(table or "")
    if known is not None and any(_one_name(world, it.name, name) for it in known.indexes):
        yield from refused(world, Impediment.INDEX_TAKEN, name=name)


def _one_name(world: SimulatedDatabase, one: str, other: str) -> bool:
    case = world.engine.features.column_case
    return one == other if case else one.lower() == other.lower()


def first(problems: Problems) -> Problem | None:
    """The first refusal, which stops the effect whatever else is doubted; else the first doubt."""
    doubt: Doubt | None = None
    for problem in problems:
        if isinstance(problem, PreconditionFailure):
            return problem
        doubt = doubt or problem
    return doubt
