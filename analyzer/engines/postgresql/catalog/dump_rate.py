"""How much data a database holds, and how fast it can be dumped: by a short trial, read only."""

import time
from typing import TYPE_CHECKING

from analyzer.engines.postgresql.access.connection import Address, read_address
from analyzer.engines.postgresql.access.connection_errors import connection_failure, query_failure
from analyzer.engines.postgresql.access.pinning import reading_connection
from analyzer.engines.postgresql.access.table_guard import PLANNED
from analyzer.errors import DatabaseError
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.advice import Rate, Volume

if TYPE_CHECKING:
    from psycopg import Connection, Error

TRIALS = 4  # samples of one table; the slowest and the fastest make the range
SAMPLE = 16_000_000  # bytes on disk that one sample reads, about
_LONGEST = "3s"  # for one sample; a trial must not burden a server that is in trouble
_LARGEST = 5  # tables that are named
_CATALOGUE = TableName("pg_class", "pg_catalog")

# relpages and reltuples are what VACUUM or ANALYZE last saw; nothing is counted here.
_TABLES = f"""
SELECT n.nspname, c.relname, pg_table_size(c.oid),
       CASE WHEN c.reltuples < 0 OR (c.reltuples = 0 AND c.relpages = 0) THEN NULL
            ELSE c.reltuples::bigint END,
       has_table_privilege(c.oid, 'SELECT') AND {PLANNED} IS NULL
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY 3 DESC, 1, 2"""  # noqa: S608  no text of a user's


def measure(url: str | None) -> tuple[Volume, Rate | None]:
    """Say how much a database holds, and how fast its largest table can be read.

    Args:
        url: the database's address; None for DATABASE_URL, or else what libpq itself finds.

    Returns:
        The volume, and the rate; no rate where nothing may be read, or there is nothing.

    Raises:
        DatabaseError: unreachable, or refused.
    """
    import psycopg

    address = read_address(url)
    try:
        with reading_connection(address) as connection:
            rows = connection.execute(_TABLES).fetchall()
            readable = [row for row in rows if row[4] and row[2]]
            rate = _trial(connection, *readable[0][:3]) if readable else None
            return _volume(rows), rate
    except psycopg.Error as error:
        raise _explain(error, address) from None  # its text may hold the password


def _volume(rows: list[tuple[str, str, int, int | None, bool]]) -> Volume:
    estimates = [row[3] for row in rows if row[2]]
    known = [estimate for estimate in estimates if estimate is not None]
    names = [name if schema == "public" else f"{schema}.{name}" for schema, name, *_ in rows]
    return Volume(
        size=sum(row[2] for row in rows),
        rows=sum(known) if len(known) == len(estimates) else None,
        tables=len(rows),
        largest=tuple((name, row[2]) for name, row in zip(names, rows, strict=True))[:_LARGEST],
    )


def _trial(connection: "Connection", schema: str, table: str, size: int) -> Rate | None:
    """Copy samples of one table out, as pg_dump does, and drop what comes."""
    from psycopg.errors import LockNotAvailable, QueryCanceled
    from psycopg.sql import SQL, Identifier, Literal

    share = min(1.0, SAMPLE / size)
    rates = []
    for seed in range(TRIALS):
        query = SQL(
            "COPY (SELECT * FROM {} TABLESAMPLE SYSTEM ({}) REPEATABLE ({})) TO STDOUT"
        ).format(Identifier(schema, table), Literal(100 * share), Literal(seed))
        try:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(SQL("SET LOCAL statement_timeout = {}").format(_LONGEST))
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                start = time.perf_counter()
                with cursor.copy(query) as copy:
                    for _ in copy:
                        pass
                rates.append(share * size / (time.perf_counter() - start))
        except (LockNotAvailable, QueryCanceled):
            break  # the server has other things to do; what was measured so far must do
    return Rate(min(rates), max(rates)) if rates else None


def _explain(error: "Error", address: Address) -> DatabaseError:
    said, target = address.redact(str(error)), address.target()
    if error.sqlstate is not None:
        return query_failure(said, error.sqlstate, _CATALOGUE, target)
    return connection_failure(said, target, hint="")
