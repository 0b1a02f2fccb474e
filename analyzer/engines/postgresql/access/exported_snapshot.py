"""A database as one snapshot shows it, held open for others to import."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from analyzer.engines.ports.dumps import Moment
from analyzer.engines.postgresql.catalog import state_queries as q
from analyzer.engines.postgresql.catalog.database_state import read_state
from analyzer.engines.postgresql.catalog.load_queries import read_edges
from analyzer.engines.postgresql.words import identifier
from analyzer.engines.sessions import Gateway, Session
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.schema.database_state import TableState, table_label


@contextmanager
def frozen_moment(
    gateway: Gateway, version_table: TableName = DEFAULT_VERSION_TABLE
) -> Iterator[Moment]:
    """Hold one snapshot of a database open for as long as the block runs."""
    with gateway.session() as session:
        session.begin_snapshot()
        snapshot = session.ask("SELECT to_json(pg_export_snapshot())")
        state = read_state(session, version_table)
        _lock(session, state.tables)
        partitions = {
            table_label(row["schema"], row["name"]): tuple(map(tuple, row["parts"]))
            for row in session.rows(q.PARTITIONS)
        }
        there = gateway.at(state.identity.database)
        yield Moment(there, snapshot, state, partitions, read_edges(session))


def _lock(session: Session, tables: Sequence[TableState]) -> None:
    """Keep tables from being dropped, altered or truncated: a snapshot does not."""
    names = [identifier(table.schema, table.name) for table in tables]
    if names:
        session.run(f"LOCK TABLE {', '.join(names)} IN ACCESS SHARE MODE")
