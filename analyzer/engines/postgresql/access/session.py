"""What a session with PostgreSQL says, whichever way it is held: the driver, or a psql."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from analyzer import limits
from analyzer.engines.postgresql.access.pinned_settings import (
    PIN_HERE,
    READING,
    USE_KEPT_PATH,
    USER_PATH_HERE,
)
from analyzer.engines.postgresql.words import literal
from analyzer.engines.sessions import Question, Session
from analyzer.errors import DatabaseError

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

Row = tuple[Any, ...]
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CURSOR = "migdoctor_answer"


class PostgresSession(Session):
    """A session with PostgreSQL; rows come as the JSON that the server makes of them."""

    outlives_refusals: ClassVar = True  # whether a refused statement leaves it open

    @property
    def engine(self) -> "Engine":
        """PostgreSQL, with all that is known of it."""
        from analyzer.engines.postgresql.engine import ENGINE

        return ENGINE

    @abstractmethod
    def known_as(self, user: str, database: str) -> None:
        """Let errors say who and where we turned out to be, if nobody said so before."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait for our turn to ask much at once, where the server has nothing of its own for it."""
        return nullcontext()

    def put(self, question: Question) -> list[Any]:
        """See `Session.put`."""
        if not question.each:
            return self.answers([question.sql])[0]
        queries = f"SELECT pg_catalog.to_json(q.text) FROM ({question.sql}) AS q(text)"  # noqa: S608  ours
        (texts,) = self.answers([queries])
        return [value for values in self.answers(texts) for value in values]

    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""
        found: list[dict[str, Any]] = self.ask(
            f"SELECT coalesce(pg_catalog.json_agg(q), '[]') FROM ({query}) q"  # noqa: S608  ours
        )
        return found

    def shown(self, queries: Mapping[str, int], narrowed: Callable[[str], str] = str) -> "Shown":
        """Ask the catalogue; what it prints is as the user's path has it.

        A cursor's names are resolved where it is declared, which is while the path is pinned; what
        it prints (names, defaults, expressions) is made where it is fetched, on the user's path.

        Args:
            queries: each with the number of its columns.
            narrowed: makes of a query the one that is asked; the answer is known by the former.
        """
        cursors = [f"{_CURSOR}_{number}" for number in range(len(queries))]
        opening = [
            f"DECLARE {cursor} CURSOR FOR {_listed(narrowed(query), width)}"
            for cursor, (query, width) in zip(cursors, queries.items(), strict=True)
        ]
        fetching = [
            part for cursor in cursors for part in (f"FETCH ALL FROM {cursor}", f"CLOSE {cursor}")
        ]
        path = f"SELECT pg_catalog.to_json({USE_KEPT_PATH})"
        told = self.answers([*opening, path, *fetching, PIN_HERE])
        lists = [values[0] for values in told[len(opening) + 1 : -1 : 2]]
        return Shown(dict(zip(queries, lists, strict=True)))

    def begin_snapshot(self) -> None:
        """See `Session.begin_snapshot`."""
        self.run(SNAPSHOT)

    def next_reading(self, snapshot: str | None = None) -> None:
        """End the transaction, and begin another one that reads, is pinned as the first was.

        Its locks are free again. Args: snapshot: an exported one, whose moment it then sees.
        """
        seen = (f"SET TRANSACTION SNAPSHOT {literal(snapshot)}",) if snapshot is not None else ()
        self.run("; ".join(("ROLLBACK", SNAPSHOT, *seen, *READING)))

    @contextmanager
    def user_path(self) -> Iterator[None]:
        """See `Session.user_path`."""
        self.run(USER_PATH_HERE)
        yield  # an exception ends the transaction, and with it the path
        self.run(PIN_HERE)


class Shown:
    """Answers of the catalogue, by the query that they answer."""

    def __init__(self, answers: Mapping[str, list[list[Any]]]) -> None:
        self._answers = answers

    def execute(self, query: str, /) -> list[Row]:
        """Give the rows of one query; none where it was not asked.

        Raises:
            DatabaseError: they are too many.
        """
        rows = self._answers.get(query, [])
        if len(rows) > limits.CATALOGUE_ROWS.most:
            raise limits.CATALOGUE_ROWS.exceeded(DatabaseError, "the database")
        return list(map(tuple, rows))


def _listed(query: str, width: int) -> str:
    """Make a query of so many columns give one JSON list of lists.

    One row more than is allowed shows.
    """
    most = limits.CATALOGUE_ROWS.most + 1
    names = ", ".join(f"c{place:02}" for place in range(width))
    return (
        f"SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array({names})), '[]') "  # noqa: S608  ours
        f"FROM (SELECT * FROM ({query}) AS capped LIMIT {most}) AS r({names})"
    )
