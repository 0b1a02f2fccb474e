"""A database as one snapshot shows it, held open for others to import."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from analyzer.engines.postgresql.access.session import Gateway, Session
from analyzer.engines.postgresql.catalog import state_queries as q
from analyzer.engines.postgresql.catalog.database_state import (
    DEFAULT_VERSION_TABLE,
    READ_ONLY,
    read_state,
)
from analyzer.engines.postgresql.catalog.load_queries import read_edges
from analyzer.engines.postgresql.dumps.dump_words import identifier
from analyzer.model.core.version_table import TableName
from analyzer.model.recovery.recovery import ForeignKeyEdge
from analyzer.model.schema.database_state import DatabaseState, TableState, table_label


@dataclass(frozen=True, slots=True)
class Moment:
    """One snapshot, and what the database is in it; ``partitions`` are a root's, by its label."""

    gateway: Gateway
    snapshot: str
    state: DatabaseState
    partitions: Mapping[str, tuple[tuple[str, str], ...]]  # schema and name of each
    edges: tuple[ForeignKeyEdge, ...]


@contextmanager
def frozen_moment(
    gateway: Gateway, version_table: TableName = DEFAULT_VERSION_TABLE
) -> Iterator[Moment]:
    """Hold one snapshot of a database open for as long as the block runs."""
    with gateway.session() as session:
        session.run(f"BEGIN {READ_ONLY}")
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
