"""A session with a PostgreSQL server, through psycopg or through a psql behind a prefix.

Both speak SQL text, give answers as JSON, and stream COPY in both directions.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from analyzer.engines.postgresql.access.connection import Address, read_address
from analyzer.engines.postgresql.access.connection_errors import connection_failure
from analyzer.engines.postgresql.access.pinned import PIN_HERE, SESSION, USER_PATH_HERE
from analyzer.engines.postgresql.access.psql import PsqlCall, psql_call
from analyzer.errors import ConnectionLostError, DatabaseError, StatementError

if TYPE_CHECKING:
    from psycopg import Connection, Error

BLOCK = 1 << 16  # bytes; COPY gives a row at a time, and a pipe likes more
_LOST = ("57P01", "57P02", "57P03", "08003", "08006")


class Session(ABC):
    """One connection. Every statement commits itself, unless BEGIN was said."""

    place: str  # the database and its server, for messages

    @abstractmethod
    def ask(self, query: str) -> Any:  # noqa: ANN401  JSON of any shape
        """Run a query that gives one JSON value, and return it; None for NULL.

        Raises:
            StatementError: the server refuses it.
            ConnectionLostError: the connection broke.
        """

    @abstractmethod
    def run(self, statements: str) -> None:
        """Run statements whose answers nobody needs. Raises as `ask`."""

    @abstractmethod
    def copy_out(self, query: str) -> Iterator[bytes]:
        """Stream what ``COPY (query) TO STDOUT`` gives, in blocks. Raises as `ask`."""

    @abstractmethod
    def copy_in(self, target: str, blocks: Iterable[bytes]) -> None:
        """Stream blocks into ``COPY target FROM STDIN``. Raises as `ask`."""

    @abstractmethod
    def close(self) -> None:
        """End the session; an open transaction is rolled back."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Run a query and return its rows as mappings."""
        found: list[dict[str, Any]] = self.ask(
            f"SELECT coalesce(pg_catalog.json_agg(q), '[]') FROM ({query}) q"  # noqa: S608  ours
        )
        return found

    @contextmanager
    def transaction(self, kind: str = "") -> Iterator[None]:
        """Run the block in one transaction; an exception rolls it back."""
        self.run(f"BEGIN {kind}")
        yield  # an exception ends the session's use: the caller closes it, which rolls back
        self.run("COMMIT")

    @contextmanager
    def user_path(self) -> Iterator[None]:
        """Let a COPY's defaults, checks and triggers find what they call; in a transaction."""
        self.run(USER_PATH_HERE)
        yield  # an exception ends the transaction, and with it the path
        self.run(PIN_HERE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Gateway:
    """How to reach a database: its address, and the prefix its client programs run through."""

    address: Address
    prefix: tuple[str, ...] = ()
    label: str = "migdoctor"  # the application_name that other people see

    @property
    def place(self) -> str:
        """The database and its server, for messages."""
        target = self.call.target()
        return f"{target.database} at {target.server}"

    @property
    def call(self) -> PsqlCall:
        """How a client program runs."""
        return PsqlCall(self.prefix, self.address)

    def at(self, database: str) -> "Gateway":
        """Name another database of the same server."""
        return replace(self, address=self.address.at(database))

    def named(self, label: str) -> "Gateway":
        """Sign the sessions with another application_name."""
        return replace(self, label=label)

    def session(self) -> Session:
        """Open a session whose settings are pinned, so that texts compare.

        Raises:
            DatabaseError: unreachable or refused.
            EnvironmentToolError: the prefix or the psql behind it does not run.
        """
        session = self._open()
        try:
            label = self.label.replace("'", "")
            session.run("; ".join((*SESSION, f"SET application_name = '{label}'")))
        except BaseException:
            session.close()
            raise
        return session

    def _open(self) -> Session:
        if self.prefix:
            from analyzer.engines.postgresql.access.psql_session import PsqlSession

            return PsqlSession(self.call)
        return DirectSession(self.address)


def open_gateway(url: str | None, prefix: tuple[str, ...] = ()) -> Gateway:
    """Read the address as the other commands do.

    Behind a prefix DATABASE_URL is not looked at: it is this computer's.

    Raises:
        DatabaseError: the address cannot be read.
    """
    address = psql_call(prefix, url).address if prefix else read_address(url)
    return Gateway(address, prefix)


class DirectSession(Session):
    """A session through psycopg."""

    def __init__(self, address: Address) -> None:
        import psycopg

        self._address = address
        target = address.target()
        self.place = f"{target.database} at {target.server}"
        try:
            self._connection: Connection = psycopg.connect(
                address.conninfo(), autocommit=True, prepare_threshold=None
            )
        except psycopg.Error as error:
            raise connection_failure(address.redact(str(error)), target) from None

    def ask(self, query: str) -> Any:  # noqa: ANN401  JSON of any shape
        """See `Session.ask`."""
        with self._explained():
            row = self._connection.execute(query.encode()).fetchone()
        return row[0] if row else None  # psycopg has parsed the JSON

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        with self._explained():
            self._connection.execute(statements.encode())

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

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise self._error(error) from None  # its text may hold the password

    def _error(self, error: "Error") -> DatabaseError:
        said = " ".join(self._address.redact(str(error)).split())
        if error.sqlstate is None or error.sqlstate in _LOST:
            return ConnectionLostError(said, place=self.place)
        return StatementError(said, sqlstate=error.sqlstate, place=self.place)


def gathered(pieces: Iterable[bytes], size: int = BLOCK) -> Iterator[bytes]:
    """Put small pieces together to blocks of about ``size`` bytes."""
    waiting, held = [], 0
    for piece in pieces:
        waiting.append(piece)
        held += len(piece)
        if held >= size:
            yield b"".join(waiting)
            waiting, held = [], 0
    if waiting:
        yield b"".join(waiting)
