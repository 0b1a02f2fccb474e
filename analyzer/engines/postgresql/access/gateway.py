"""How a database is reached: the one place that opens sessions, none of them without its pins."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from analyzer.engines.postgresql.access.connection import DEFAULTS, Address, read_address
from analyzer.engines.postgresql.access.connection_errors import query_failure
from analyzer.engines.postgresql.access.pinned_settings import FILE, READING, SESSION
from analyzer.engines.postgresql.access.session import SNAPSHOT, PostgresSession
from analyzer.engines.postgresql.words import literal
from analyzer.engines.sessions import Gateway, Question, Target
from analyzer.errors import StatementError
from analyzer.model.core.version_table import TableName
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.engines.base import Engine
    from analyzer.engines.postgresql.access.psql import PsqlCall

CATALOGUE = TableName("pg_class", "pg_catalog")


@dataclass(frozen=True, slots=True)
class PostgresGateway(Gateway):
    """A database's address, and the prefix that its client programs run through, if any."""

    address: Address
    prefix: tuple[str, ...] = ()
    label: str = "migdoctor"  # the application_name that other people see

    @property
    def engine(self) -> "Engine":
        """PostgreSQL, with all that is known of it."""
        from analyzer.engines.postgresql.engine import ENGINE

        return ENGINE

    @property
    def target(self) -> Target:
        """What an error may say of it."""
        return self.call.target() if self.prefix else self.address.target()

    @property
    def server(self) -> str:
        """Host and port, the socket, or the prefix in words; without secrets."""
        return f"`{self.call.words} psql`" if self.prefix else self.target.server

    @property
    def call(self) -> "PsqlCall":
        """How a client program runs."""
        from analyzer.engines.postgresql.access.psql import PsqlCall

        return PsqlCall(self.prefix, self.address)

    def redact(self, text: str) -> str:
        """See `Gateway.redact`."""
        return self.address.redact(text)

    def at(self, database: str) -> Self:
        """Name another database of the same server."""
        return replace(self, address=self.address.at(database))

    def without_prefix(self) -> Self:
        """See `Gateway.without_prefix`."""
        return replace(self, prefix=())

    def named(self, label: str) -> Self:
        """Sign the sessions with another application_name."""
        return replace(self, label=label)

    def session(self) -> PostgresSession:
        """Open a session whose settings are pinned for as long as it lasts, so that texts compare.

        Raises:
            DatabaseError: unreachable or refused.
            EnvironmentToolError: the prefix or the psql behind it does not run.
        """
        return _begun(self._open(), "; ".join(SESSION))

    @contextmanager
    def reading(self, about: TableName = CATALOGUE) -> Iterator[PostgresSession]:
        """Hold a session in a read-only transaction that sees one moment, and is pinned.

        It leaves no setting behind: a pooler may hand its connection on.

        Args: about: the table that is read, for errors.

        Raises:
            DatabaseError: unreachable or refused; also what the block is refused.
            EnvironmentToolError: the prefix or the psql behind it does not run.
        """
        with self._open(reading=True) as session:
            try:
                yield _begun(session, "; ".join((SNAPSHOT, *READING)))
            except StatementError as error:
                raise query_failure(error.primary, error.sqlstate, about, session.target) from None

    def ask(self, *questions: Question) -> list[list[Any]]:
        """Answer all in one read-only transaction: for each question its values. See `reading`."""
        with self.reading() as session:
            return [session.put(question) for question in questions]

    def file_session(self, account: str) -> PostgresSession:
        """Open a session for `Session.run_file`, which sees to it that the file pins itself.

        Args: account: who runs it, for the audit table.

        Raises: as `session`; nothing was changed.
        """
        who = f"SET migdoctor.who = {literal(account)}"
        return _begun(self._open(), "; ".join((*FILE, who)))

    def _open(self, *, reading: bool = False) -> PostgresSession:
        """Connect. Who calls this pins what it gets."""
        if self.prefix:
            from analyzer.engines.postgresql.access.psql_session import PsqlSession
            from analyzer.engines.shared.silence import longest_silence

            longest = longest_silence() if reading else None
            return PsqlSession(self.call, self.label, longest)
        from analyzer.engines.postgresql.access.driver_session import DriverSession

        return DriverSession(self.address, self.label)


def _begun(session: PostgresSession, settings: str) -> PostgresSession:
    """Say what comes first in a session; close it where that fails."""
    try:
        session.run(settings)
    except BaseException:
        session.close()
        raise
    return session


def open_gateway(url: str | None, prefix: Sequence[str] = ()) -> PostgresGateway:
    """Read the address as the other commands do.

    Args:
        url: None for DATABASE_URL, or else what libpq itself finds; behind a prefix for the
            defaults of that place, as DATABASE_URL is this computer's.
        prefix: the words before ``psql``; none for the driver.

    Raises:
        DatabaseError: the address cannot be read.
    """
    address = Address(DEFAULTS, {}, {}) if prefix and url is None else read_address(url)
    return PostgresGateway(address, tuple(prefix))
