"""A migrate of very many files: each costs the same, however many came before it."""

import time

from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.forecast.simulator import Simulation
from analyzer.analysis.schema.schema_database import Database
from analyzer.analysis.schema.schema_store import TEMPORARY, Tables
from analyzer.engines.registry import usual_engine
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.schema.schema import Constraint, ConstraintKind, Index, Table
from tests.support.histories.repositories import migration

FEW, MANY = 400, 3200
TIMES = 2.5  # at most this many times as long a file, for eight times as many


def seconds_each(count: int) -> float:
    """How long one of so many migrations takes, each with a table and an index of its own."""
    simulation = Simulation(
        SimulatedDatabase(Database(), Rows(), complete=True, engine=usual_engine()), {}
    )
    texts = [
        parse_ruby(
            migration(
                f"Make{number}", f"create_table(:things{number})", f"add_index :things{number}, :id"
            ).encode()
        )
        for number in range(count)
    ]
    start = time.process_time()
    for parsed in texts:
        assert simulation.run(parsed).stopped is None
    return (time.process_time() - start) / count


def test_the_last_of_many_migrations_takes_no_longer_than_the_first():
    seconds_each(FEW)  # all is loaded

    # the quickest of a few: what else runs here slows one down, never all
    many, few = (min(seconds_each(count) for _ in range(3)) for count in (MANY, FEW))
    assert many < TIMES * few


def test_tables_know_whose_a_name_is_and_what_changed():
    songs = Table("songs", primary_key=("id",), indexes=(Index("by_title", ("title",)),))
    tables = Tables({"songs": songs, f"{TEMPORARY}t": Table(f"{TEMPORARY}t")})
    before = tables.begin()
    assert not before.differs()

    unique = Constraint("one", ConstraintKind.UNIQUE, columns=("n",))
    tables["songs"] = Table("songs", constraints=(unique,))
    tables["tags"] = Table("tags")
    del tables[f"{TEMPORARY}t"]

    assert (tables.owners("by_title"), tables.owners("songs_pkey")) == ([], [])
    assert (tables.owners("one"), tables.temporary) == (["songs"], 0)
    assert dict(before) == {"songs": songs, f"{TEMPORARY}t": Table(f"{TEMPORARY}t")}
    assert before.gone() == [f"{TEMPORARY}t"]
    assert before.differs()
