"""A session with a PostgreSQL server: what can be said in it, whichever way it is held.

All speak SQL text, give answers as JSON, and stream COPY in both directions. The ways, the driver
and a psql behind a prefix, differ in how they carry text, and in nothing else: every question is
put here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from analyzer import limits
from analyzer.engines.postgresql.access.connection import Target
from analyzer.engines.postgresql.access.pinned import PIN_HERE, USE_KEPT_PATH, USER_PATH_HERE
from analyzer.errors import DatabaseError

BLOCK = 1 << 16  # bytes; COPY gives a row at a time, and a pipe likes more
Row = tuple[Any, ...]
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CURSOR = "migdoctor_answer"


@dataclass(frozen=True, slots=True)
class Question:
    """SQL without a semicolon. It gives one JSON value, or texts of further SQL that do each."""

    sql: str
    each: bool = False


class Session(ABC):
    """One connection. Every statement commits itself, unless BEGIN was said."""

    place: str  # the database and its server, for messages
    target: Target  # the same for errors, as far as it is known
    way: str  # "at" its server or "through" its prefix, in words

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
    def copy_out(self, query: str) -> Iterator[bytes]:
        """Stream what ``COPY (query) TO STDOUT`` gives, in blocks. Raises as `answers`."""

    @abstractmethod
    def copy_in(self, target: str, blocks: Iterable[bytes]) -> None:
        """Stream blocks into ``COPY target FROM STDIN``. Raises as `answers`."""

    @abstractmethod
    def close(self) -> None:
        """End the session; an open transaction is rolled back."""

    @abstractmethod
    def known_as(self, user: str, database: str) -> None:
        """Let errors say who and where we turned out to be, if nobody said so before."""

    def ask(self, query: str) -> Any:  # noqa: ANN401  JSON of any shape
        """Run a query that gives one JSON value, and return it; None for NULL."""
        ((*values,),) = self.answers([query])
        return values[0] if values else None

    def put(self, question: Question) -> list[Any]:
        """Return all values that answer a question."""
        if not question.each:
            return self.answers([question.sql])[0]
        queries = f"SELECT pg_catalog.to_json(q.text) FROM ({question.sql}) AS q(text)"  # noqa: S608  ours
        (texts,) = self.answers([queries])
        return [value for values in self.answers(texts) for value in values]

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Run a query and return its rows as mappings."""
        found: list[dict[str, Any]] = self.ask(
            f"SELECT coalesce(pg_catalog.json_agg(q), '[]') FROM ({query}) q"  # noqa: S608  ours
        )
        return found

    def shown(self, queries: Mapping[str, int]) -> "Shown":
        """Ask the catalogue; what it prints is as the user's path has it.

        A cursor's names are resolved where it is declared, which is while the path is pinned; what
        it prints (names, defaults, expressions) is made where it is fetched, on the user's path.

        Args: queries: each with the number of its columns.
        """
        cursors = [f"{_CURSOR}_{number}" for number in range(len(queries))]
        opening = [
            f"DECLARE {cursor} CURSOR FOR {_listed(query, width)}"
            for cursor, (query, width) in zip(cursors, queries.items(), strict=True)
        ]
        fetching = [part for cursor in cursors
                    for part in (f"FETCH ALL FROM {cursor}", f"CLOSE {cursor}")]  # fmt: skip
        path = f"SELECT pg_catalog.to_json({USE_KEPT_PATH})"
        told = self.answers([*opening, path, *fetching, PIN_HERE])
        lists = [values[0] for values in told[len(opening) + 1 : -1 : 2]]
        return Shown(dict(zip(queries, lists, strict=True)))

    def begin_snapshot(self) -> None:
        """Begin a read-only transaction that sees one moment."""
        self.run(SNAPSHOT)

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


class Shown:
    """Answers of the catalogue, by the query that they answer."""

    def __init__(self, answers: Mapping[str, list[dict[str, Any]]]) -> None:
        self._answers = answers

    def execute(self, query: str, /) -> list[Row]:
        """Give the rows of one query.

        Raises:
            DatabaseError: they are too many.
        """
        rows = self._answers[query]
        if len(rows) > limits.CATALOGUE_ROWS.most:
            raise limits.CATALOGUE_ROWS.exceeded(DatabaseError, "the database")
        return [tuple(row.values()) for row in rows]


def _listed(query: str, width: int) -> str:
    """Make a query of so many columns give one JSON list; one row more than is allowed shows."""
    most = limits.CATALOGUE_ROWS.most + 1
    names = ", ".join(f"c{place:02}" for place in range(width))
    return (
        "SELECT coalesce(pg_catalog.json_agg(r), '[]') "  # noqa: S608  ours
        f"FROM (SELECT * FROM ({query}) AS capped LIMIT {most}) AS r({names})"
    )


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
