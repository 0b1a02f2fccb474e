"""What Ruby evaluates to: Python's own values where they are known, these where not."""

from tree_sitter import Node

from analyzer.model.core.condition import Condition
from analyzer.model.effects.effect import AnsweredQuestion
from analyzer.records import Struct

GAP = "md_unknown_"  # stands for an unknown part inside a text; no schema has such a name


class Symbol(str):
    """A Ruby symbol; apart from its class it is its name."""

    __slots__ = ()


class Partial(str):
    """A text with unknown parts, each written as GAP and a number."""

    __slots__ = ()


class Unknown(Struct, frozen=True):
    """A value that only a running program would know; ``text`` is how the file writes it.

    ``plain`` says that it comes from Ruby's own library, so that its methods leave databases alone.
    """

    text: str
    plain: bool = False


class Settings(Struct, frozen=True):
    """The application's configuration, or a part of it."""


class Undecided(Struct, frozen=True):
    """A truth value that depends on the database in a known way."""

    condition: Condition


class Choice(Struct, frozen=True):
    """One of two values, by the answer to a question."""

    asked: AnsweredQuestion
    one: "Value"
    other: "Value"


class Constant(Struct, frozen=True):
    """A constant that the file does not define, such as ``ActiveRecord::Base``."""

    path: str


class Procedure(Struct, frozen=True):
    """A lambda or proc: it runs where it is called."""

    parameters: Node | None
    body: Node | None


class Model(Struct, frozen=True):
    """A model class and its table; ``or_table`` is a second candidate where a namespace may count.

    ``sure`` says that the file itself makes it a model.
    """

    name: str
    table: str
    or_table: str | None = None
    sure: bool = False


class ModelQuery(Struct, frozen=True):
    """A query of a model's rows; ``nulls`` are columns that are NULL in all of them."""

    model: Model
    nulls: frozenset[str] = frozenset()


class Record(Struct, frozen=True):
    """One row of a model; ``own``: the migration itself makes it, so that it replaces nothing."""

    model: Model
    nulls: frozenset[str] = frozenset()
    own: bool = False


class Myself(Struct, frozen=True):
    """The migration itself, or a connection: both take schema statements."""


class Direction(Struct, frozen=True):
    """What ``reversible`` hands to its block. ``up`` says which of its blocks run."""

    up: bool


class BlockTable(Struct, frozen=True):
    """What ``create_table`` and ``change_table`` hand to their blocks."""

    table: str
    creating: bool


class Names(Struct, frozen=True):
    """The names that only the database knows: a table's columns, or (None) all tables.

    ``guessed``: the table is what a class would use if it names no other.
    """

    table: str | None
    guessed: bool = False


Value = object
"""Python's None, bool, int, float, str, list and dict (keys as texts), or a class from above."""


def is_known(value: Value) -> bool:
    """Whether a value is one of Python's own, through and through."""
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    return value is None or isinstance(value, bool | int | float | str)
