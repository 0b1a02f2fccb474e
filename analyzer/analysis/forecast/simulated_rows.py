"""What is known of rows without reading them: sizes, tables without rows, columns never filled."""

from collections.abc import Mapping

from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Table
from analyzer.model.schema.table_size import TableSize
from analyzer.records import Struct, field

STAMPS = frozenset({"updated_at", "updated_on"})
"""What Rails sets by itself with every change of a row, where a table has it."""


class Rows(Struct):
    """Tables and columns are forgotten here as soon as anything may have written to them.

    ``empty`` tables hold no rows; ``unset`` columns (table, column) hold NULL in every row;
    ``new`` columns were added by the run itself, so that nothing in them is older; the sizes of
    tables that the database had before the run follow their names.
    """

    sizes: dict[str, TableSize] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    unset: set[tuple[str, str]] = field(default_factory=set)
    new: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, sizes: Mapping[str, TableSize]) -> "Rows":
        """Read what is known of rows from a catalogue's sizes."""
        return cls(dict(sizes), {size.table for size in sizes.values() if size.empty})

    def estimate(self, table: str) -> int | None:
        """A table's number of rows, by the planner's last count."""
        if table in self.empty:
            return 0
        size = self.sizes.get(table)
        return size.rows or None if size is not None else None  # a stale 0 promises nothing

    def bytes(self, table: str) -> int | None:
        """The bytes that a table's rows and their indexes take on disk; None if unknown."""
        size = self.sizes.get(table)
        return size.bytes if size is not None and (size.bytes or size.empty) else None

    def all_null(self, table: str, columns: tuple[str, ...]) -> bool:
        """Whether one of some columns is NULL in every row, or there are no rows."""
        return table in self.empty or any((table, column) in self.unset for column in columns)

    def follow(self, effect: e.PlainEffect, before: Mapping[str, Table]) -> None:
        """Take in an effect that was carried out. ``before``: the tables as they stood."""
        match effect:
            case e.CreateTable(table, query=query):
                if table.name not in before or effect.force:
                    self._forget(table.name)
                    if query is None:
                        self.empty.add(table.name)
            case e.DropTable(name):
                self._forget(name)
            case e.RenameTable(old, new):
                self._rename_table(old, new)
            case e.AddColumn() | e.RemoveColumn() | e.RenameColumn():
                self._follow_columns(effect, before.get(effect.table))
            case e.WriteData():
                self._write(effect, before)
            case e.Opaque(file=None) | e.RunMigration():
                self.empty.clear()
                self.unset.clear()
            case _:
                return

    def _follow_columns(
        self, effect: e.AddColumn | e.RemoveColumn | e.RenameColumn, known: Table | None
    ) -> None:
        match effect:
            case e.AddColumn(name, column):
                if known is None or known.column(column.name) is None:
                    self._added(name, effect)
            case e.RemoveColumn(table, name):
                for columns in (self.unset, self.new):
                    columns.discard((table, name))
            case e.RenameColumn(table, old, new):
                for columns in (self.unset, self.new):
                    if (table, old) in columns:
                        columns.remove((table, old))
                        columns.add((table, new))

    def _forget(self, table: str) -> None:
        self.sizes.pop(table, None)
        self.empty.discard(table)
        self.unset = {it for it in self.unset if it[0] != table}
        self.new = {it for it in self.new if it[0] != table}

    def _rename_table(self, old: str, new: str) -> None:
        if old in self.sizes:
            self.sizes[new] = self.sizes.pop(old)
        if old in self.empty:
            self.empty.discard(old)
            self.empty.add(new)
        self.unset = {(new if table == old else table, column) for table, column in self.unset}
        self.new = {(new if table == old else table, column) for table, column in self.new}

    def _added(self, table: str, effect: e.AddColumn) -> None:
        column = effect.column
        self.new.add((table, column.name))
        filled = column.default is not None or column.generated is not None
        if not filled and not column.type.endswith("serial"):
            self.unset.add((table, column.name))

    def _write(self, effect: e.WriteData, before: Mapping[str, Table]) -> None:
        if effect.action is e.DataAction.DELETE:
            return
        tables = {effect.table, effect.or_table or effect.table}
        if effect.action is e.DataAction.TRUNCATE:
            self.empty.add(effect.table)
            return
        if effect.action is not e.DataAction.UPDATE:
            self.empty -= tables
        columns = written(effect, before.get(effect.table))
        self.unset = {
            (table, column)
            for table, column in self.unset
            if table not in tables or (columns is not None and column not in columns)
        }


def written(effect: e.WriteData, table: Table | None) -> tuple[str, ...] | None:
    """The columns that a change of rows writes to; None where these are not all known.

    What a model sets is a column, or an association's: ``artist`` is ``artist_id``.
    """
    if effect.columns or not effect.sets or table is None:
        return effect.columns or None
    sets = [it for it in effect.sets if it not in STAMPS or table.column(it) is not None]
    columns = tuple(name if table.column(name) is not None else f"{name}_id" for name in sets)
    return columns if all(table.column(name) is not None for name in columns) else None
