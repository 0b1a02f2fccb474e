"""How a file is reached: the one place that opens sessions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from analyzer.engines.sessions import Gateway, Question, Target
from analyzer.engines.sqlite.access.address import FileAddress, read_address
from analyzer.engines.sqlite.access.client_call import SqliteCall
from analyzer.engines.sqlite.access.failures import reading_failure
from analyzer.engines.sqlite.access.session import SqliteSession
from analyzer.errors import StatementError
from analyzer.model.core.version_table import TableName
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

CATALOGUE = TableName("sqlite_master")


@dataclass(frozen=True, slots=True)
class SqliteGateway(Gateway):
    """A file, and the prefix that the client runs through, if any."""

    address: FileAddress
    prefix: tuple[str, ...] = ()
    label: str = "migdoctor"  # nobody sees it

    @property
    def engine(self) -> "Engine":
        """SQLite, with all that is known of it."""
        from analyzer.engines.sqlite.engine import ENGINE

        return ENGINE

    @property
    def target(self) -> Target:
        """What an error may say of it."""
        return self.call.target() if self.prefix else self.address.target()

    @property
    def server(self) -> str:
        """Where the file lies."""
        return f"`{self.call.words} sqlite3`" if self.prefix else self.target.server

    @property
    def place(self) -> str:
        """The file, for messages."""
        return f"{self.address.path} at {self.server}" if self.prefix else self.address.path

    @property
    def call(self) -> SqliteCall:
        """How the client runs."""
        return SqliteCall(self.prefix, self.address)

    def redact(self, text: str) -> str:
        """See `Gateway.redact`: there are no secrets."""
        return text

    def at(self, database: str) -> Self:
        """Name another file."""
        return replace(self, address=replace(self.address, path=database))

    def without_prefix(self) -> Self:
        """See `Gateway.without_prefix`."""
        return replace(self, prefix=())

    def named(self, label: str) -> Self:
        """See `Gateway.named`: nobody sees the name."""
        return replace(self, label=label)

    def session(self) -> SqliteSession:
        """See `Gateway.session`; it may write."""
        return self._open(writes=True)

    @contextmanager
    def reading(self, about: TableName = CATALOGUE) -> Iterator[SqliteSession]:
        """See `Gateway.reading`: SQLite itself refuses to write, and never makes the file."""
        del about
        try:
            with self._open(writes=False) as session:
                session.begin_snapshot()
                yield session
        except StatementError as error:
            raise reading_failure(error, self.target) from None

    def ask(self, *questions: Question) -> list[list[Any]]:
        """See `Gateway.ask`."""
        with self.reading() as session:
            return [session.put(question) for question in questions]

    def file_session(self, account: str) -> SqliteSession:
        """See `Gateway.file_session`. The file itself says how long it waits."""
        del account
        return self._open(writes=True)

    def _open(self, *, writes: bool) -> SqliteSession:
        if self.prefix:
            from analyzer.engines.shared.silence import longest_silence
            from analyzer.engines.sqlite.access.client_session import ClientSession

            longest = longest_silence() if not writes else None
            return ClientSession(self.call, writes=writes, longest=longest)
        from analyzer.engines.sqlite.access.driver_session import FileSession

        return FileSession(self.address.path, self.target, writes=writes)


def open_gateway(url: str | None, prefix: Sequence[str] = ()) -> SqliteGateway:
    """Read the address; see `registry.open_gateway`.

    Raises:
        DatabaseError: the address cannot be read.
    """
    return SqliteGateway(read_address(url), tuple(prefix))


def load_driver(*, alone: bool) -> None:
    """Load what a file is read with."""
    import sqlite3  # noqa: F401  for the thread that reads

    del alone
