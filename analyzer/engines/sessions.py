"""A session with a database, and the gateway that opens it: what every engine has of both.

All speak SQL text, give answers as JSON, and stream tables in both directions. The ways of holding
a session (a driver; a client program behind a prefix) differ in how they carry text, and in nothing
else: every question is put here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from analyzer.model.core.version_table import TableName
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

BLOCK = 1 << 16  # bytes; a table comes a row at a time, and a pipe likes more


class Question(Struct, frozen=True):
    """SQL without a semicolon. It gives one JSON value, or texts of further SQL that do each."""

    sql: str
    each: bool = False


class Target(Struct, frozen=True):
    """What an error may say of a database: its server, its name and who asked."""

    server: str
    database: str
    user: str


class Session(ABC):
    """One connection. Every statement commits itself, unless a transaction was begun."""

    place: str  # the database and its server, for messages
    target: Target  # the same for errors, as far as it is known
    way: str  # "at" its server or "through" its prefix, in words

    @property
    @abstractmethod
    def engine(self) -> "Engine":
        """Which engine answers."""

    @abstractmethod
    def answers(self, statements: Sequence[str]) -> list[list[Any]]:
        """Run statements; of each that is a query of one JSON column, return the values.

        Raises:
            StatementError: the server refuses one.
            ConnectionLostError: the connection broke.
        """

    @abstractmethod
    def run(self, statements: str) -> None:
        """Run statements whose answers nobody needs. Raises as `answers`."""

    @abstractmethod
    def run_file(self, text: str) -> str:
        """Run an SQL file of ours to its end, and return its last word. Raises as `answers`."""

    @abstractmethod
    def rows(self, query: str) -> list[dict[str, Any]]:
        """Run a query and return its rows as mappings. Raises as `answers`."""

    @abstractmethod
    def put(self, question: Question) -> list[Any]:
        """Return all values that answer a question. Raises as `answers`."""

    @abstractmethod
    def copy_out(self, query: str) -> Iterator[bytes]:
        """Stream the rows of a query, in blocks. Raises as `answers`."""

    @abstractmethod
    def copy_in(self, target: str, blocks: Iterable[bytes]) -> None:
        """Stream such blocks into a table. Raises as `answers`."""

    @abstractmethod
    def begin_snapshot(self) -> None:
        """Begin a read-only transaction that sees one moment."""

    @abstractmethod
    def user_path(self) -> AbstractContextManager[None]:
        """Let defaults, checks and triggers find what they call; in a transaction."""

    @abstractmethod
    def close(self) -> None:
        """End the session; an open transaction is rolled back."""

    def ask(self, query: str) -> Any:  # noqa: ANN401  JSON of any shape
        """Run a query that gives one JSON value, and return it; None for NULL."""
        ((*values,),) = self.answers([query])
        return values[0] if values else None

    @contextmanager
    def transaction(self, kind: str = "") -> Iterator[None]:
        """Run the block in one transaction; an exception rolls it back."""
        self.run(f"BEGIN {kind}")
        yield  # an exception ends the session's use: the caller closes it, which rolls back
        self.run("COMMIT")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class ClientCall(Protocol):
    """How a client program of the engine runs: the prefix, and the address."""

    @property
    def words(self) -> str:
        """The prefix for messages, without secrets."""
        ...

    def command(self, program: str = ..., options: Sequence[str] = ...) -> list[str]:
        """Write the argument list, without secrets; options come before the address."""
        ...

    @property
    def flags(self) -> tuple[str, ...]:
        """The options that name the server and the user, without secrets."""
        ...

    def environment(self) -> dict[str, str]:
        """Write the variables; secrets go this way."""
        ...


class Gateway(ABC):
    """How a database is reached. It opens sessions, none of them without its pins."""

    @property
    @abstractmethod
    def engine(self) -> "Engine":
        """Which engine it leads to."""

    @property
    @abstractmethod
    def prefix(self) -> tuple[str, ...]:
        """The words before a client program; none where the driver connects."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The name that its sessions sign with."""

    @property
    @abstractmethod
    def target(self) -> Target:
        """What an error may say of it."""

    @property
    @abstractmethod
    def server(self) -> str:
        """Host and port, the socket, or the prefix in words; without secrets."""

    @property
    @abstractmethod
    def call(self) -> ClientCall:
        """How a client program runs."""

    @property
    def place(self) -> str:
        """The database and its server, for messages."""
        return f"{self.target.database} at {self.target.server}"

    @abstractmethod
    def redact(self, text: str) -> str:
        """Blank every secret of the address in somebody else's words."""

    @abstractmethod
    def at(self, database: str) -> Self:
        """Name another database of the same server."""

    @abstractmethod
    def without_prefix(self) -> Self:
        """Run client programs on this computer."""

    @abstractmethod
    def named(self, label: str) -> Self:
        """Sign the sessions with another name, which other people see."""

    @abstractmethod
    def session(self) -> Session:
        """Open a session whose settings are pinned for as long as it lasts, so that texts compare.

        Raises:
            DatabaseError: unreachable or refused.
            EnvironmentToolError: the prefix or the client behind it does not run.
        """

    @abstractmethod
    def reading(self, about: TableName) -> AbstractContextManager[Session]:
        """Hold a session in a read-only transaction that sees one moment, and is pinned.

        Args: about: the table that is read, for errors.

        Raises: as `session`; also what the block is refused.
        """

    @abstractmethod
    def file_session(self, account: str) -> Session:
        """Open a session for `Session.run_file`, which sees to it that the file pins itself.

        Args: account: who runs it, for the audit table.

        Raises: as `session`; nothing was changed.
        """

    @abstractmethod
    def ask(self, *questions: Question) -> list[list[Any]]:
        """Answer all in one read-only transaction: for each question its values. See `reading`."""


class Route(Struct, frozen=True):
    """Where rows come from and where they go."""

    source: Gateway
    target: Gateway


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
