"""Rows that stand for a migration that ran, and those that do not: marks, failures, old entries."""

from analyzer.frameworks.base import Framework
from analyzer.records import replace
from analyzer.workflow.reading.rows.environment import Environment


def with_standing_rows(environment: Environment, framework: Framework) -> Environment:
    """Set aside what a framework keeps in its table besides the migrations that ran."""
    table, stands = environment.table, framework.store.stands
    if stands is None:
        return environment
    told = stands([row.whole for row in table.rows])
    aside = tuple(row for row, it in zip(table.rows, told, strict=True) if not it)
    if not aside:
        return environment
    left = tuple(row for row, it in zip(table.rows, told, strict=True) if it)
    note = f"{framework.store.aside}: {len(aside)}"
    kept = replace(table, rows=left, aside=aside, notes=(*table.notes, note))
    return replace(environment, table=kept)
