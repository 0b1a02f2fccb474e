"""Queries that settle a doubt, in SQL that every engine reads: shown to a person, never sent."""

from collections.abc import Callable, Sequence

from analyzer.model.schema.schema import ForeignKey


class PlainProbes:
    """The part of an engine's probes that differs in nothing but how a name is quoted."""

    def __init__(self, quoted: Callable[[str], str]) -> None:
        self.quoted = quoted

    def any_row(self, table: str) -> str:
        """Whether a table has rows."""
        return f"SELECT EXISTS (SELECT 1 FROM {self.quoted(table)})"  # noqa: S608

    def any_null(self, table: str, column: str) -> str:
        """Whether a column is NULL somewhere."""
        missing = f"{self.quoted(column)} IS NULL"
        return f"SELECT EXISTS (SELECT 1 FROM {self.quoted(table)} WHERE {missing})"  # noqa: S608

    def doubles(self, table: str, columns: Sequence[str], where: str | None) -> str:
        """The values that more than one row has."""
        listed = ", ".join(self.quoted(it) if it.isidentifier() else it for it in columns)
        rows = self.quoted(table) + (f" WHERE {where}" if where else "")
        return f"SELECT {listed} FROM {rows} GROUP BY {listed} HAVING count(*) > 1"  # noqa: S608

    def pointing_nowhere(self, table: str, key: ForeignKey, targets: Sequence[str]) -> str:
        """Write the query that counts rows whose foreign key points nowhere."""
        pairs = " AND ".join(
            f"o.{self.quoted(there)} = t.{self.quoted(here)}"
            for here, there in zip(key.columns, targets, strict=False)
        )
        missing = f"NOT EXISTS (SELECT 1 FROM {self.quoted(key.to_table)} o WHERE {pairs})"  # noqa: S608
        set_ = " AND ".join(f"t.{self.quoted(column)} IS NOT NULL" for column in key.columns)
        return f"SELECT count(*) FROM {self.quoted(table)} t WHERE {set_} AND {missing}"  # noqa: S608

    def breaking(self, table: str, expression: str | None) -> str:
        """Write the query that counts the rows that break a check."""
        return f"SELECT count(*) FROM {self.quoted(table)} WHERE NOT ({expression})"  # noqa: S608

    def values(self, table: str, column: str) -> str:
        """The different values of a column."""
        return f"SELECT DISTINCT {self.quoted(column)} FROM {self.quoted(table)}"  # noqa: S608
