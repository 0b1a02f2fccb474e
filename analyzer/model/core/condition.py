"""Conditions under which a migration does something, as far as the file lets them be read."""

from collections.abc import Callable
from typing import assert_never

from analyzer.records import Struct


class TableExists(Struct, frozen=True):
    """Whether a table (or view) is there."""

    table: str


class ColumnExists(Struct, frozen=True):
    """Whether a table has a column. ``guessed``: a class is asked, which may use another table."""

    table: str
    column: str
    guessed: bool = False


class IndexExists(Struct, frozen=True):
    """Whether a table has an index, by its name or by its columns (the other is None)."""

    table: str | None
    name: str | None = None
    columns: tuple[str, ...] | None = None


class ForeignKeyExists(Struct, frozen=True):
    """Whether a table has a foreign key, by any of what is given."""

    table: str
    to_table: str | None = None
    column: str | None = None
    name: str | None = None


class ConstraintExists(Struct, frozen=True):
    """Whether a table has a constraint of that name."""

    table: str
    name: str


class ExtensionEnabled(Struct, frozen=True):
    """Whether a PostgreSQL extension is enabled."""

    name: str


class ExtensionAvailable(Struct, frozen=True):
    """Whether the server has a PostgreSQL extension that could be enabled."""

    name: str


class Unsure(Struct, frozen=True):
    """A condition that cannot be read; ``text`` is how the file writes it."""

    text: str


class Not(Struct, frozen=True):
    """The opposite."""

    of: "Condition"


class AllOf(Struct, frozen=True):
    """Every one of them."""

    parts: tuple["Condition", ...]


class AnyOf(Struct, frozen=True):
    """At least one of them."""

    parts: tuple["Condition", ...]


Fact = (
    TableExists
    | ColumnExists
    | IndexExists
    | ForeignKeyExists
    | ConstraintExists
    | ExtensionEnabled
    | ExtensionAvailable
    | Unsure
)
Condition = Fact | Not | AllOf | AnyOf


def negated(condition: Condition) -> Condition:
    """Turn a condition round, without stacking one ``Not`` on another."""
    return condition.of if isinstance(condition, Not) else Not(condition)


def holds(condition: Condition, fact_holds: Callable[[Fact], bool | None]) -> bool | None:
    """Decide a condition: True, False, or None where what is known does not decide it."""
    match condition:
        case Not(of):
            inner = holds(of, fact_holds)
            return None if inner is None else not inner
        case AllOf(parts):
            return _all([holds(part, fact_holds) for part in parts])
        case AnyOf(parts):
            opposite = _all([holds(Not(part), fact_holds) for part in parts])
            return None if opposite is None else not opposite
        case (
            TableExists()
            | ColumnExists()
            | IndexExists()
            | ForeignKeyExists()
            | ConstraintExists()
            | ExtensionEnabled()
            | ExtensionAvailable()
            | Unsure()
        ):
            return fact_holds(condition)
        case _:
            assert_never(condition)


def _all(verdicts: list[bool | None]) -> bool | None:
    if False in verdicts:
        return False
    return None if None in verdicts else True
