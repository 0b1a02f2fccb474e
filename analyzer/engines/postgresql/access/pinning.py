"""How a connection is opened and a psql begun: never without the settings of `model.pinned`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

from analyzer import limits
from analyzer.engines.postgresql.access.connection import Address
from analyzer.engines.postgresql.access.pinned import PIN_HERE, READING, SESSION, USE_KEPT_PATH
from analyzer.errors import DatabaseError

if TYPE_CHECKING:
    from psycopg import Connection

Row = tuple[Any, ...]
_CURSOR = "migdoctor_answer"


@contextmanager
def reading_connection(address: Address) -> "Iterator[Connection]":
    """Open a connection in a read-only transaction that sees one moment, and is pinned.

    Raises:
        psycopg.Error: unreachable, or refused.
    """
    import psycopg

    with psycopg.connect(address.conninfo(), prepare_threshold=None) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("; ".join(READING).encode())
        yield connection


def session_connection(conninfo: str) -> "Connection":
    """Open a connection whose settings are pinned for as long as it lasts; it commits by itself.

    Raises:
        psycopg.Error: unreachable, or refused.
    """
    import psycopg

    connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
    try:
        connection.execute("; ".join(SESSION).encode())
    except BaseException:
        connection.close()
        raise
    return connection


def reading_lines(asked: Sequence[str]) -> str:
    """Write a psql session: one pinned, read-only transaction around the lines that ask."""
    return "\n".join((
        "SET client_encoding = 'UTF8';",
        "SET application_name = 'migdoctor';",
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;",
        *(f"{setting};" for setting in READING),
        *asked,
        "COMMIT;",
        "",
    ))  # fmt: skip


class Shown:
    """Answers of the catalogue, printed as the user's path has it: names, defaults, expressions.

    A cursor's names are resolved where it is declared, which is while the path is pinned; what it
    prints is made where it is fetched, on the user's own path.
    """

    def __init__(self, connection: "Connection", queries: Sequence[LiteralString]) -> None:
        self._answers = dict(zip(queries, _fetched(connection, queries), strict=True))

    def execute(self, query: LiteralString, /) -> list[Row]:
        """See `schema_catalog.Asked`."""
        return within_limit(self._answers[query])


def within_limit(rows: list[Row]) -> list[Row]:
    """The rows of the catalogue, unless there are too many.

    Raises:
        DatabaseError: there are.
    """
    if len(rows) > limits.CATALOGUE_ROWS.most:
        raise limits.CATALOGUE_ROWS.exceeded(DatabaseError, "the database")
    return rows


def _fetched(connection: "Connection", queries: Sequence[str]) -> Iterator[list[Row]]:
    """Ask all in one message to the server."""
    names = [f"{_CURSOR}_{number}" for number in range(len(queries))]
    most = limits.CATALOGUE_ROWS.most + 1  # one more than is allowed, so that it shows
    pairs = list(zip(names, queries, strict=True))
    script = [f"DECLARE {name} CURSOR FOR {query}" for name, query in pairs]
    script += [f"SELECT {USE_KEPT_PATH}"]
    script += [part for name in names for part in (f"FETCH {most} FROM {name}", f"CLOSE {name}")]
    cursor = connection.execute("; ".join([*script, PIN_HERE]).encode())
    while True:
        if (cursor.statusmessage or "").startswith("FETCH"):
            yield cursor.fetchall()
        if not cursor.nextset():
            return


def shown_lines(query: str, mark: str) -> tuple[str, ...]:
    """Write the lines of psql that answer as `Shown` does, after a mark."""
    return (
        f"DECLARE {_CURSOR} CURSOR FOR {query};",
        f"SELECT {USE_KEPT_PATH} AS migdoctor_path \\gset",
        f"\\echo {mark}",
        f"FETCH ALL FROM {_CURSOR};",
        f"CLOSE {_CURSOR};",
        f"{PIN_HERE};",
    )
