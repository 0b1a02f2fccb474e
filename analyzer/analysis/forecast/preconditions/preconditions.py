"""What stands against an effect: a certain refusal, or a doubt that only a look can settle.

The words of a refusal are PostgreSQL's or Rails' own, so that they can be searched for.
Source: tablecmds.c, dependency.c and errcodes.txt of PostgreSQL; schema_statements.rb of Rails.
"""

from collections.abc import Iterator

from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.records import Struct


class PreconditionFailure(Struct, frozen=True):
    """The database or Rails would refuse: ``error`` is the class raised, ``said`` its message."""

    error: str
    said: str

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


def hangs_on_a_question(kind: str, name: str) -> Doubt:
    """The doubt about an object that was made or dropped under an undecided question."""
    return Doubt(
        f"whether {kind} {name} is there hangs on a question that an earlier step asks",
        "run it on a copy of this database",
    )


def needs_table(world: SimulatedDatabase, name: str) -> Problems:
    """A statement on a table that has to be there."""
    there = world.table(name)
    if there is There.OPEN:
        yield hangs_on_a_question("table", name)
    if there is There.NO:
        kind = world.view(name)
        if kind is not None:
            word = kind.replace("_", " ")
            yield PreconditionFailure(
                "PG::WrongObjectType", f'"{name}" is not a table but a {word}'
            )
        else:
            yield undefined_table(name)


def undefined_table(name: str) -> PreconditionFailure:
    """Word PostgreSQL's error about a table that is not there."""
    return PreconditionFailure("PG::UndefinedTable", f'relation "{name}" does not exist')


def needs_column(
    world: SimulatedDatabase, table: str, column: str, *, owned: bool = False
) -> Problems:
    """A statement on a column that has to be there; ``owned``: the message names the table too."""
    there = world.column(table, column)
    if there is There.OPEN:
        yield hangs_on_a_question("column", f"{table}.{column}")
    if there is There.NO:
        of = f' of relation "{table}"' if owned else ""
        yield PreconditionFailure("PG::UndefinedColumn", f'column "{column}"{of} does not exist')


def duplicate(world: SimulatedDatabase, name: str) -> Problems:
    """A name that has to be free among tables, views, sequences and indexes."""
    there = world.free(name)
    if there is There.YES:
        said = name.removeprefix("pg_temp.")
        yield PreconditionFailure("PG::DuplicateTable", f'relation "{said}" already exists')
    if there is There.OPEN:
        yield hangs_on_a_question("relation", name)


def first(problems: Problems) -> Problem | None:
    """The first refusal, which stops the effect whatever else is doubted; else the first doubt."""
    doubt: Doubt | None = None
    for problem in problems:
        if isinstance(problem, PreconditionFailure):
            return problem
        doubt = doubt or problem
    return doubt
