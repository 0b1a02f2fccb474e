"""What must hold while a file of ours runs: a demand that fails ends it, and nothing is changed.

SQLite has no programs. A trigger of a temporary table raises the error, in words that were fixed
before; what fails takes the transaction with it, as the client stops there.
"""

from collections.abc import Iterator, Sequence

from analyzer.engines.shared.file_runs import UNCHANGED
from analyzer.engines.sqlite.words import literal
from analyzer.model.words.text import visible

TABLE = "migdoctor_demand"


def frame() -> Iterator[str]:
    """Make the table of demands."""
    yield f"CREATE TEMP TABLE {TABLE} (name TEXT NOT NULL, holds INTEGER);"


def demand(name: str, what: str, fix: str, conditions: Sequence[str] = ()) -> Iterator[str]:
    """Say what a demand of this name says when it fails, and make it of each condition.

    Args: conditions: expressions of SQL; a name may be demanded again later.
    """
    said = literal(f"{visible(what)}{UNCHANGED}{fix}")
    yield (
        f"CREATE TEMP TRIGGER migdoctor_{name} BEFORE INSERT ON {TABLE}\n"
        f"  WHEN NEW.name = {literal(name)} AND NOT coalesce(NEW.holds, 0)\n"
        f"  BEGIN SELECT RAISE(ABORT, {said}); END;"
    )
    for condition in conditions:
        yield again(name, condition)


def again(name: str, condition: str) -> str:
    """Make a demand whose words are known."""
    return f"INSERT INTO {TABLE} SELECT {literal(name)}, {condition};"
