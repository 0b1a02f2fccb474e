"""How a database of MySQL is reached: the one place that opens sessions, each with its pins."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from analyzer.engines.mysql.access.address import ServerAddress, read_address
from analyzer.engines.mysql.access.client_call import MysqlCall
from analyzer.engines.mysql.access.failures import reading_failure
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.sessions import Gateway, Question, Target
from analyzer.errors import StatementError
from analyzer.model.core.version_table import TableName
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

CATALOGUE = TableName("tables", "information_schema")


@dataclass(frozen=True, slots=True)
class MysqlGateway(Gateway):
    """A database's address, and the prefix that its client runs through, if any."""

    address: ServerAddress
    prefix: tuple[str, ...] = ()
    label: str = "migdoctor"  # the program_name that other people see

    @property
    def engine(self) -> "Engine":
        """MySQL, with all that is known of it."""
        from analyzer.engines.mysql.engine import ENGINE

        return ENGINE

    @property
    def target(self) -> Target:
        """What an error may say of it."""
        return self.call.target() if self.prefix else self.address.target()

    @property
    def server(self) -> str:
        """The socket, or host and port, or the prefix in words."""
        return self.target.server

    @property
    def call(self) -> MysqlCall:
        """How a client program runs."""
        return MysqlCall(self.prefix, self.address)

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
        """See `Gateway.named`."""
        return replace(self, label=label)

    def session(self) -> MysqlSession:
        """See `Gateway.session`."""
        session = self._open()
        session.pin()
        return session

    @contextmanager
    def reading(self, about: TableName = CATALOGUE) -> Iterator[MysqlSession]:
        """See `Gateway.reading`: the server itself refuses to write."""
        del about
        try:
            with self._open(reading=True) as session:
                session.pin()
                session.begin_snapshot()
                yield session
        except StatementError as error:
            raise reading_failure(error, self.target) from None

    def ask(self, *questions: Question) -> list[list[Any]]:
        """See `Gateway.ask`."""
        with self.reading() as session:
            return [session.put(question) for question in questions]

    def file_session(self, account: str) -> MysqlSession:
        """See `Gateway.file_session`."""
        del account
        return self.session()

    def _open(self, *, reading: bool = False) -> MysqlSession:
        if self.prefix:
            from analyzer.engines.mysql.access.client_session import MysqlClientSession
            from analyzer.engines.shared.silence import longest_silence

            longest = longest_silence() if reading else None
            return MysqlClientSession(self.call, longest)
        from analyzer.engines.mysql.access.driver_session import MysqlDriverSession

        return MysqlDriverSession(self.address, self.label)


def open_gateway(url: str | None, prefix: Sequence[str] = ()) -> MysqlGateway:
    """Read the address; see `registry.open_gateway`.

    Raises:
        DatabaseError: the address cannot be read.
    """
    return MysqlGateway(read_address(url), tuple(prefix))


def load_driver(*, alone: bool) -> None:
    """Load what a database is read with."""
    from analyzer.engines.mysql.access import driver_session  # noqa: F401  for the thread

    del alone
