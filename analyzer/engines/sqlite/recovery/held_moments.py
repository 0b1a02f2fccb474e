"""Moments of files that are held: a transaction that sees one, by a name for who shares it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.engines.ports.dumps import Moment
from analyzer.engines.sessions import Gateway
from analyzer.engines.sqlite.access.driver_session import FileSession
from analyzer.engines.sqlite.catalog.database_state import read_edges, read_state
from analyzer.engines.sqlite.recovery.local_file import demand_file
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName

_numbers = itertools.count(1)
_sessions: dict[str, FileSession] = {}


@contextmanager
def frozen_moment(
    gateway: Gateway, version_table: TableName = DEFAULT_VERSION_TABLE
) -> Iterator[Moment]:
    """Hold one moment of a file for as long as the block runs.

    With a write-ahead log others write on meanwhile; without one they wait with their commits.

    Raises:
        DatabaseError, EnvironmentToolError: the file cannot be read from here.
    """
    demand_file(gateway)
    name = f"moment {next(_numbers)}"
    with gateway.reading(version_table) as session:
        if not isinstance(session, FileSession):
            raise TypeError(session)
        _sessions[name] = session
        try:
            state = read_state(session, version_table)
            yield Moment(gateway, name, state, {}, read_edges(session))
        finally:
            del _sessions[name]


def held(name: str) -> FileSession:
    """The session that holds a moment."""
    return _sessions[name]
