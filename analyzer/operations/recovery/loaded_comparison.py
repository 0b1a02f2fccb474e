"""The end of a recovery: what is there now, counted anew, compared with what was copied."""

from collections.abc import Mapping, Sequence

from analyzer.analysis.recovery.state_comparison import compare_states
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.engines.sessions import Gateway, Route
from analyzer.model.core.progress import Progress, under_way
from analyzer.model.core.version_table import TableName
from analyzer.model.recovery.checklist import Item
from analyzer.model.recovery.recovery import Counted, TablePart
from analyzer.model.schema.database_state import DatabaseState, TableState
from analyzer.operations.recovery.recovery_context import read_whole
from analyzer.records import replace


def compare_loaded(
    route: Route,
    loaded: Mapping[TablePart, Counted],
    how: Comparison,
    table: TableName,
    progress: Progress,
) -> tuple[Item, ...]:
    """Compare what is there now with what was copied, table by table.

    Args:
        route: from where to where it was copied.
        loaded: the tables, and what was counted when they were copied.
        how: how strictly.
        table: the version table.
        progress: who watches.

    Raises:
        DatabaseError: one of the two cannot be read.
    """
    before = read_whole(route.source, table)
    expected = tuple(_with_counts(route.source, part, counted) for part, counted in loaded.items())
    actual = _read_counted(route.target, list(loaded), table, progress)
    return compare_states(replace(before, tables=expected), actual, how, route.target.engine)


def _read_counted(
    target: Gateway, parts: Sequence[TablePart], table: TableName, progress: Progress
) -> DatabaseState:
    """Read a database's state, with counts of the columns that were carried over."""
    counted: dict[str, TableState] = {}
    size = sum(part.bytes for part in parts)
    with under_way(progress, "Comparing every table", size), target.session() as session:
        session.begin_snapshot()
        actual = session.engine.catalog.read_state(session, table)
        for part in parts:
            counted[part.label] = _with_counts(
                target, part, session.engine.loading.count_part(session, part)
            )
            progress.advance(part.bytes, part.label)
    return replace(actual, tables=tuple(counted.get(one.label, one) for one in actual.tables))


def _with_counts(gateway: Gateway, part: TablePart, counted: Counted) -> TableState:
    table = gateway.engine.loading.as_table(part)
    return replace(table, rows=counted.rows, checksum=counted.checksum)
