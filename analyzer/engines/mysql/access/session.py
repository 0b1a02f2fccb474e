"""What a session with MySQL says, whichever way it is held: the driver, or a client."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from analyzer.engines.sessions import Question, Session
from analyzer.errors import EnvironmentToolError, StatementError

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

NO_LIMIT = 2**64 - 1
PINS = (
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES', autocommit = 1",
    f"SET SESSION sql_select_limit = {NO_LIMIT}",  # DEFAULT is what the server has been given
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION lock_wait_timeout = 5",
)
SNAPSHOT = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


class MysqlSession(Session):
    """A session with MySQL. Rows come as mappings, from column names to texts or numbers."""

    @property
    def engine(self) -> "Engine":
        """MySQL, with all that is known of it."""
        from analyzer.engines.mysql.engine import ENGINE

        return ENGINE

    @abstractmethod
    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""

    @abstractmethod
    def run(self, statements: str) -> None:
        """See `Session.run`; one statement."""

    def pin(self) -> None:
        """Say what every session begins with; close it where that fails."""
        try:
            for statement in PINS:
                self.run(statement)
        except BaseException:
            self.close()
            raise

    def answers(self, statements: Sequence[str]) -> list[list[Any]]:
        """See `Session.answers`; values come as they are, as no question here is asked for JSON."""
        return [self.column(it) for it in statements]

    def column(self, query: str) -> list[Any]:
        """The first column of a query, as it is."""
        return [next(iter(row.values()), None) for row in self.rows(query)]

    def put(self, question: Question) -> list[Any]:
        """See `Session.put`."""
        (found,) = self.answers([question.sql])
        if not question.each:
            return found
        return [value for values in self.answers(found) for value in values]

    def begin_snapshot(self) -> None:
        """See `Session.begin_snapshot`: the server itself refuses to write."""
        for statement in SNAPSHOT:
            self.run(statement)

    @contextmanager
    def user_path(self) -> Iterator[None]:
        """See `Session.user_path`: there is none."""
        yield

    def _stopped(self, error: StatementError, said: str | None) -> StatementError:
        """The error of a file of ours, in the words with which it stopped itself, if it did."""
        return (
            error
            if not said
            else StatementError(
                said,
                place=self.target.database,
                why=error.why,
                fix=error.fix,
                sqlstate=error.sqlstate,
            )
        )

    def copy_out(self, query: str) -> Iterator[bytes]:
        """No table is streamed."""
        del query
        raise _not_yet("carrying single tables over")

    def copy_in(self, target: str, blocks: Iterable[bytes]) -> NoReturn:
        """No table is streamed."""
        del target, blocks
        raise _not_yet("carrying single tables over")


def _not_yet(task: str) -> EnvironmentToolError:
    return EnvironmentToolError(
        f"{task} is not possible on MySQL",
        why="migdoctor has no way to do it there; nothing was changed",
        fix="carry it out by hand, and on a copy of the database first",
    )
