"""A session through psycopg: the one place that connects with it.

Where several databases are read at once, each has a process of the server's. On this machine more
of them than there are processors end no sooner, and keep us from what we do with the first answers:
there they take turns.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from analyzer.engines.postgresql.access.connection import DEFAULTS, Address
from analyzer.engines.postgresql.access.connection_errors import (
    LOST,
    NOTHING_NAMED,
    connection_failure,
    statement_failure,
)
from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.engines.sessions import gathered
from analyzer.errors import ConnectionLostError, DatabaseError

if TYPE_CHECKING:
    from psycopg import Connection, Error

_STEADY = {  # a network that swallows packets is noticed within a minute or two
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}

_AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)
_LONGEST = 1.0  # seconds: one whose answer hangs must not hold up the others


def turn_of(address: str) -> AbstractContextManager[None]:
    """Wait until few enough are answered.

    Args: address: of the server, as numbers; empty for a socket. Elsewhere nobody waits.
    """
    is_here = not address or address.startswith("127.") or address == "::1"
    return _waited() if is_here else nullcontext()


@contextmanager
def _waited() -> Iterator[None]:
    got = _AT_ONCE.acquire(timeout=_LONGEST)
    try:
        yield
    finally:
        if got:
            _AT_ONCE.release()


class DriverSession(PostgresSession):
    """A session through psycopg."""

    def __init__(self, address: Address, label: str) -> None:
        self._address = address
        self.target = address.target()
        self.place = f"{self.target.database} at {self.target.server}"
        self._connection = self._connected(label)
        info = self._connection.info
        self.way = f"at {info.host or 'the local socket'}:{info.port}"

    def turn(self) -> AbstractContextManager[None]:
        """See `PostgresSession.turn`."""
        return turn_of(self._connection.info.hostaddr)

    def answers(self, statements: Sequence[str]) -> list[list[Any]]:
        """See `Session.answers`: all in one message, as none of them has parameters."""
        if not statements:
            return []
        found = []
        with self._explained():
            cursor = self._connection.execute(";\n".join(statements).encode())
            while True:
                rows = cursor.fetchall() if cursor.description else []
                found.append([value for (value,) in rows])  # psycopg has parsed the JSON
                if not cursor.nextset():
                    return found

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        with self._explained():
            self._connection.execute(statements.encode())

    def run_file(self, text: str) -> str:
        """See `Session.run_file`: in one message, but for the lines that are psql's own."""
        from analyzer.engines.postgresql.scripts.sql_file import for_server, pinned

        with self._explained():
            cursor = self._connection.execute(for_server(pinned(text)).encode("utf-8", "replace"))
            while cursor.nextset():
                pass
            row = cursor.fetchone()
            return row[0] if row else ""

    def copy_out(self, query: str) -> Iterator[bytes]:
        """See `Session.copy_out`."""
        with (
            self._explained(),
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY ({query}) TO STDOUT".encode()) as copy,
        ):
            yield from gathered(map(bytes, copy))

    def copy_in(self, target: str, blocks: Iterable[bytes]) -> None:
        """See `Session.copy_in`."""
        with (
            self._explained(),
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {target} FROM STDIN".encode()) as copy,
        ):
            for block in blocks:
                copy.write(block)

    def close(self) -> None:
        """See `Session.close`."""
        self._connection.close()

    def known_as(self, user: str, database: str) -> None:
        """See `Session.known_as`: libpq knew it from the start."""

    def _connected(self, label: str) -> "Connection":
        import psycopg

        conninfo = psycopg.conninfo.make_conninfo(
            self._address.conninfo(),
            **{**_STEADY, **self._address.parameters, "application_name": label},
        )
        try:
            return psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
        except psycopg.Error as error:
            unnamed = self._address.named_by == DEFAULTS and "local socket" in self.target.server
            said, hint = self._address.redact(str(error)), NOTHING_NAMED if unnamed else ""
            raise connection_failure(said, self.target, hint=hint) from None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise self._error(error) from None  # its text may hold the password

    def _error(self, error: "Error") -> DatabaseError:
        said = self._address.redact(str(error))
        if error.sqlstate is None or LOST.fullmatch(error.sqlstate):
            return ConnectionLostError(said, place=self.place)
        told = (error.diag.message_primary, error.diag.message_detail, error.diag.message_hint)
        primary, detail, hint = (self._address.redact(part or "") for part in told)
        return statement_failure(
            said, error.sqlstate, self.place, primary=primary, detail=detail, hint=hint
        )
