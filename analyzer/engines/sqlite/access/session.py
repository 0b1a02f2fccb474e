"""What a session with an SQLite file says, whichever way it is held: the driver, or a client."""

import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from analyzer.engines.sessions import Question, Session
from analyzer.errors import EnvironmentToolError

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

PATIENCE = 5000  # milliseconds that a busy file is waited for by who reads


class SqliteSession(Session):
    """A session with a file. Rows come as mappings, from column names to plain values."""

    @property
    def engine(self) -> "Engine":
        """SQLite, with all that is known of it."""
        from analyzer.engines.sqlite.engine import ENGINE

        return ENGINE

    @abstractmethod
    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""

    @abstractmethod
    def run(self, statements: str) -> None:
        """See `Session.run`."""

    def answers(self, statements: Sequence[str]) -> list[list[Any]]:
        """See `Session.answers`."""
        return [[_plain(value) for value in self.column(it)] for it in statements]

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
        """See `Session.begin_snapshot`: the first look at the file fixes the moment."""
        self.run("BEGIN")
        self.rows("SELECT count(*) AS n FROM sqlite_master")

    @contextmanager
    def user_path(self) -> Iterator[None]:
        """See `Session.user_path`: there is none."""
        yield

    def copy_out(self, query: str) -> Iterator[bytes]:
        """No table is streamed."""
        del query
        raise _no_copy()

    def copy_in(self, target: str, blocks: Iterable[bytes]) -> NoReturn:
        """No table is streamed."""
        del target, blocks
        raise _no_copy()


def _plain(value: object) -> object:
    """A value of a JSON column."""
    return json.loads(value) if isinstance(value, str) else value


def _no_copy() -> EnvironmentToolError:
    return EnvironmentToolError(
        "carrying single tables over is not possible on SQLite",
        why="migdoctor copies an SQLite database as a whole",
        fix="carry the rows over by hand, and on a copy of the file first",
    )
