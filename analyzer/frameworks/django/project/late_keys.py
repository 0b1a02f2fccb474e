"""Indexes, constraints and foreign keys that no module names: the tool does, as it adds them."""

from collections.abc import Callable, Sequence

from analyzer.frameworks.django.project.digests import index_name, key_suffix
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Constraint, ConstraintKind, ForeignKey, Index
from analyzer.records import Struct

Made = Callable[[str, tuple[str, ...], str], "e.PlainEffect"]
"""Makes the effect, of the table, the columns and the name."""


class LateKey(Struct, frozen=True):
    """A key that is added at the end of its migration, under the names of that moment."""

    kind: str
    table: str
    columns: tuple[str, ...]
    suffix: str
    make: Made
    name: str | None = None
    leads_to: tuple[str, str] | None = None

    def called(self) -> str:
        """Its name."""
        if self.name is not None:
            return self.name
        end = key_suffix(*self.leads_to) if self.leads_to is not None else self.suffix
        return index_name(self.table, self.columns, end)


def index_on(table: str, columns: Sequence[str], line: int, suffix: str = "") -> LateKey:
    """An index over columns that has no name of its own."""

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        return e.AddIndex(table, Index(name, columns), line)

    return LateKey("index", table, tuple(columns), suffix, make)


def unique_on(table: str, columns: Sequence[str], line: int) -> LateKey:
    """A unique constraint that has no name of its own."""

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        kept = Constraint(name, ConstraintKind.UNIQUE, None, columns)
        return e.AddConstraint(table, kept, line)

    return LateKey("unique", table, tuple(columns), "_uniq", make)


def foreign_to(table: str, column: str, to: tuple[str, str], line: int) -> LateKey:
    """A foreign key to a column of a table."""

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        return e.AddForeignKey(table, ForeignKey(name, columns, to[0], to[1:]), line)

    return LateKey("foreign", table, (column,), "", make, leads_to=to)


def counted_on(table: str, column: str, line: int) -> LateKey:
    """A check that a column holds no negative number."""

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        kept = Constraint(name, ConstraintKind.CHECK, f"{columns[0]} >= 0")
        return e.AddConstraint(table, kept, line)

    return LateKey("check", table, (column,), "_check", make)


def patterned_on(table: str, column: str, operators: str, line: int) -> LateKey:
    """The second index of a text, for patterns."""

    def make(table: str, columns: tuple[str, ...], name: str) -> "e.PlainEffect":
        return e.AddIndex(table, Index(name, columns, opclasses=(operators,)), line)

    return LateKey("index", table, (column,), "_like", make)
