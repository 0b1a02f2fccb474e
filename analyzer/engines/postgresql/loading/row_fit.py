"""Looking at the rows: which of them do not fit the schema they are to go into."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.engines.postgresql.catalog import load_queries as q
from analyzer.engines.postgresql.catalog.database_state import from_clause
from analyzer.engines.postgresql.loading.table_loading import as_table
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import StatementError
from analyzer.model.recovery.fit import Fit, FitDoubt
from analyzer.model.recovery.recovery import Misfit, TablePart
from analyzer.model.schema.database_state import TableState

_CHECKS_TEXT = 160000  # the server that knows pg_input_is_valid


def find_misfits(source: Gateway, target: Gateway, fit: Fit) -> tuple[Misfit, ...]:
    """Count the rows that the target would refuse, or that would be left behind.

    Nothing is changed. What only the copy itself can tell is found there, and undone there.

    Raises:
        DatabaseError: one of the two cannot be read.
    """
    with source.session() as old, target.session() as new:
        old.begin_snapshot()
        looker = _Looker(source, old, new, fit)
        found = [*looker.missing(), *looker.columns(), *looker.required()]
        found += [*looker.uniques(), *looker.checks(), *looker.orphans()]
    return tuple(found)


class _Looker:
    """Asks the old database what the new one's rules make of its rows."""

    def __init__(self, source: Gateway, old: Session, new: Session, fit: Fit) -> None:
        self.source, self.old, self.new, self.fit = source, old, new, fit
        self.parts = {part.label: part for part in fit.parts}
        self.enums = {row["name"]: row["labels"] for row in new.rows(q.ENUMS)}
        self.version = old.ask("SELECT current_setting('server_version_num')::int")

    def missing(self) -> Iterator[Misfit]:
        for table in self.fit.missing:
            rows = self._count(table, "true")
            if rows:
                yield Misfit(
                    table.label,
                    "the new schema has no such table",
                    f"--leave {table.label} if its rows may stay in the old database",
                    rows,
                )

    def columns(self) -> Iterator[Misfit]:
        for doubt in self.fit.doubts:
            condition = self._condition(doubt)
            rows = self._count(doubt.table, condition) if condition else None
            if rows:
                yield _misfit(doubt, rows)

    def required(self) -> Iterator[Misfit]:
        for misfit in self.fit.misfits:
            rows = self._count(as_table(self.parts[misfit.table]), "true")
            if rows:
                yield Misfit(misfit.table, misfit.what, misfit.fix, rows)

    def uniques(self) -> Iterator[Misfit]:
        known = {(row["table"], frozenset(row["columns"])) for row in self.old.rows(q.UNIQUE)}
        for row in self.new.rows(q.UNIQUE):
            part = self._carrying(row["table"], row["columns"])
            if part is None or (row["table"], frozenset(row["columns"])) in known:
                continue
            rows = self._doubles(part, row)
            if rows:
                yield Misfit(
                    part.label,
                    f"values of {', '.join(row['columns'])} that are there "
                    f"twice, which {row['name']} forbids",
                    "remove the duplicates in the old database",
                    rows,
                )

    def checks(self) -> Iterator[Misfit]:
        known = {(row["table"], row["expression"]) for row in self.old.rows(q.CHECKS)}
        for row in self.new.rows(q.CHECKS):
            part = self.parts.get(row["table"])
            if part is None or row["calls"] or (row["table"], row["expression"]) in known:
                continue  # functions of a user's are called by the copy alone
            rows = self._try(as_table(part), f"NOT ({row['expression']})")
            if rows:
                yield Misfit(
                    part.label,
                    f"rows that break {row['name']}: {row['expression']}",
                    "correct them in the old database",
                    rows,
                )

    def orphans(self) -> Iterator[Misfit]:
        known = {_reference(row) for row in self.old.rows(q.FOREIGN_COLUMNS)}
        for row in self.new.rows(q.FOREIGN_COLUMNS):
            part = self._carrying(row["table"], row["columns"])
            there = self._carrying(row["refers_to"], row["referred"])
            if part is None or there is None or _reference(row) in known:
                continue
            rows = self._count(as_table(part), _orphaned(row, there))
            if rows:
                yield Misfit(
                    part.label,
                    f"rows that refer to {row['refers_to']} where there is "
                    f"none, which {row['name']} forbids",
                    "correct or delete them in the old database",
                    rows,
                )

    def _carrying(self, label: str, columns: Sequence[str]) -> TablePart | None:
        part = self.parts.get(label)
        return part if part is not None and set(columns) <= set(part.columns) else None

    def _condition(self, doubt: FitDoubt) -> str | None:
        """Write which rows do not fit; None where only the copy can tell."""
        column = f"t.{identifier(doubt.column)}"
        if doubt.kind == "dropped":
            return f"{column} IS NOT NULL"
        if doubt.kind == "null":
            return f"{column} IS NULL"
        text = f"format('%s', {column})"  # by the type's own output: a cast may be another role's
        if doubt.type in self.enums:
            labels = ", ".join(map(literal, self.enums[doubt.type])) or "NULL"
            return f"{column} IS NOT NULL AND {text} NOT IN ({labels})"
        if self.version >= _CHECKS_TEXT and "." not in doubt.type:
            return f"{column} IS NOT NULL AND NOT pg_input_is_valid({text}, {literal(doubt.type)})"
        if doubt.type.startswith(("character varying(", "character(")):
            return f"length({text}) > {doubt.type.partition('(')[2].rstrip(')')}"
        return None

    def _count(self, table: TableState, condition: str) -> int:
        found: int = self.old.ask(
            f"SELECT count(*) FROM {from_clause(table)} t WHERE {condition}"  # noqa: S608  quoted
        )
        return found

    def _try(self, table: TableState, condition: str) -> int | None:
        """Count where the rule itself may be one that the old database cannot evaluate."""
        query = f"SELECT count(*) FROM {from_clause(table)} t WHERE {condition}"  # noqa: S608  quoted
        try:
            with self.source.session() as trial:
                found: int = trial.ask(query)
        except StatementError:
            return None
        return found

    def _doubles(self, part: TablePart, row: Mapping[str, Any]) -> int:
        columns = [f"t.{identifier(name)}" for name in row["columns"]]
        filled = " AND ".join(f"{one} IS NOT NULL" for one in columns)
        where = "true" if row["nulls_too"] else filled
        found: int = self.old.ask(
            f"SELECT count(*) FROM (SELECT FROM {from_clause(as_table(part))} t WHERE {where} "  # noqa: S608  quoted
            f"GROUP BY {', '.join(columns)} HAVING count(*) > 1) d"
        )
        return found


def _reference(row: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    return row["table"], row["refers_to"], tuple(row["columns"]), tuple(row["referred"])


def _orphaned(row: Mapping[str, Any], there: TablePart) -> str:
    pairs = list(zip(row["columns"], row["referred"], strict=True))
    filled = " AND ".join(f"t.{identifier(one)} IS NOT NULL" for one, _ in pairs)
    equal = " AND ".join(f"r.{identifier(two)} = t.{identifier(one)}" for one, two in pairs)
    return f"{filled} AND NOT EXISTS (SELECT FROM {from_clause(as_table(there))} r WHERE {equal})"


def _misfit(doubt: FitDoubt, rows: int) -> Misfit:
    label = f"{doubt.table.label}.{doubt.column}"
    if doubt.kind == "dropped":
        return Misfit(
            doubt.table.label,
            f"values in {doubt.column}, which the new table has not",
            f"--leave {label} if they may stay in the old database",
            rows,
        )
    if doubt.kind == "null":
        return Misfit(
            doubt.table.label,
            f"no value in {doubt.column}, which is NOT NULL now",
            "fill them in the old database",
            rows,
        )
    return Misfit(
        doubt.table.label,
        f"values in {doubt.column} that are not of type {doubt.type}",
        "correct them in the old database",
        rows,
    )
