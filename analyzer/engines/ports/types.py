"""What is asked of an engine about column types and names: the neutral ones, as it has them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.schema.schema import Column
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class ComparedType(Struct, frozen=True):
    """A type without what is only a way of writing it.

    ``name`` is what it is called, for an enum the enum's name; ``kind`` the neutral type. A size is
    None where there is none, or where it is what the engine takes for none.
    """

    name: str
    kind: str
    limit: int | None
    precision: int | None
    scale: int | None


class Types(Protocol):
    """Neutral types as an engine has them."""

    def spelled(self, column: "Column") -> str:
        """Write a column's type in SQL, without its sizes."""

    def compared(self, column: "Column") -> ComparedType:
        """Say of a type what all its spellings share."""

    def with_options(
        self, kind: str, limit: int | None, options: Mapping[str, object]
    ) -> tuple[str, int | None]:
        """A type as a column's call names it: the neutral one, and its limit, as they are here."""

    def is_built_in(self, name: str) -> bool:
        """Whether every server has the type."""

    def extension_of(self, name: str) -> str | None:
        """The extension that brings a type; None where it is of none that is known."""

    def functions_brought(self, sql: str, server_version: int | None) -> Iterator[tuple[str, str]]:
        """The functions that an expression calls which only an extension brings, with that."""

    def is_counter(self, column: "Column") -> bool:
        """Whether the column numbers the rows by itself, so that its default says nothing."""

    def converts(self, old: "Column", new: "Column") -> bool | None:
        """Whether one type becomes the other by itself; None where that is not known."""

    def keeps_default(self, old: "Column", new: "Column") -> bool:
        """Whether a constant default stays where values are converted by an expression."""

    def comparable(self, one: "Column", other: "Column") -> bool:
        """Whether a foreign key may lead from one type to the other."""

    def narrower(self, old: "Column", new: "Column") -> bool:
        """Whether some value that the old type holds is too large for the new one."""

    def coarser(self, old: "Column", new: "Column") -> bool:
        """Whether the new type silently keeps less of a value."""

    def longest_name(self) -> int:
        """How many bytes a name may have."""

    def plain_extension(self, name: str) -> str:
        """An extension's name without what only some write before it."""

    def is_everywhere(self, extension: str) -> bool:
        """Whether every database has the extension from the start."""

    def is_system(self, relation: str) -> bool:
        """Whether a relation, or its schema, is the server's own."""
