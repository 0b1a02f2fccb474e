"""Whether an effect would fail on an engine, and how to look for what its rows decide."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from analyzer.model.effects.impediment import Impediment, RowViolation
    from analyzer.model.schema.schema import ForeignKey
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class EnginePreconditions(Protocol):
    """Whether an effect would fail, and with which error; and how to look for what rows decide."""

    def refusal(self, impediment: "Impediment", names: Mapping[str, str]) -> tuple[str, str] | None:
        """The error and its text; None where the engine does not mind.

        Args: names: those that stand in braces in the impediment's text.
        """

    def error(self, violation: "RowViolation") -> str:
        """The error where rows break something."""

    def constraint(self, table: str, name: str) -> str:
        """Write the query that finds a row where a table has a constraint of this name."""

    def any_row(self, table: str) -> str:
        """Write the query whether a table has rows."""

    def any_null(self, table: str, column: str) -> str:
        """Write the query whether a column is NULL somewhere."""

    def doubles(self, table: str, columns: "Sequence[str]", where: str | None) -> str:
        """Write the query for the values that more than one row has."""

    def pointing_nowhere(self, table: str, key: "ForeignKey", targets: "Sequence[str]") -> str:
        """Write the query that counts the rows whose foreign key points nowhere."""

    def breaking(self, table: str, expression: str | None) -> str:
        """Write the query that counts the rows that break a check."""

    def values(self, table: str, column: str) -> str:
        """Write the query for the different values of a column."""

    def dropped_index(self, name: str) -> str:
        """Write the statement that drops an index while others work."""

    def rebuilt_index(self, name: str) -> str:
        """Write the statement that makes a broken index anew while others work."""

    def quoted(self, name: str) -> str:
        """A name as a query needs it, each part by itself."""
