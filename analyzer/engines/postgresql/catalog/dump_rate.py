"""How much data a database holds, and how fast it can be dumped: by a short trial, read only."""

import time
from typing import Any

from analyzer.engines.postgresql.access.gateway import PostgresGateway
from analyzer.engines.postgresql.access.table_guard import PLANNED
from analyzer.engines.postgresql.words import identifier
from analyzer.engines.sessions import Session
from analyzer.errors import StatementError
from analyzer.model.findings.advice import Rate, Volume

TRIALS = 4  # samples of one table; the slowest and the fastest make the range
SAMPLE = 16_000_000  # bytes on disk that one sample reads, about
_LONGEST = "3s"  # for one sample; a trial must not burden a server that is in trouble
_LARGEST = 5  # tables that are named
_BUSY = ("55P03", "57014")  # SQLSTATEs: the table is locked, the time is over

# relpages and reltuples are what VACUUM or ANALYZE last saw; nothing is counted here.
_TABLES = f"""
SELECT n.nspname AS schema, c.relname AS name, pg_table_size(c.oid) AS size,
       CASE WHEN c.reltuples < 0 OR (c.reltuples = 0 AND c.relpages = 0) THEN NULL
            ELSE c.reltuples::bigint END AS estimate,
       has_table_privilege(c.oid, 'SELECT') AND {PLANNED} IS NULL AS readable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY 3 DESC, 1, 2"""  # noqa: S608  no text of a user's


def measure(gateway: PostgresGateway) -> tuple[Volume, Rate | None]:
    """Say how much a database holds, and how fast its largest table can be read.

    Args:
        gateway: the way to the database.

    Returns:
        The volume, and the rate; no rate where nothing may be read, or there is nothing.

    Raises:
        DatabaseError: unreachable, or refused.
    """
    with gateway.reading() as session:
        tables = session.rows(_TABLES)
        readable = [table for table in tables if table["readable"] and table["size"]]
        return _volume(tables), _trial(session, readable[0]) if readable else None


def _volume(tables: list[dict[str, Any]]) -> Volume:
    estimates = [table["estimate"] for table in tables if table["size"]]
    known = [estimate for estimate in estimates if estimate is not None]
    names = [
        table["name"] if table["schema"] == "public" else f"{table['schema']}.{table['name']}"
        for table in tables
    ]
    sizes = [table["size"] for table in tables]
    return Volume(
        size=sum(sizes),
        rows=sum(known) if len(known) == len(estimates) else None,
        tables=len(tables),
        largest=tuple(zip(names, sizes, strict=True))[:_LARGEST],
    )


def _trial(session: Session, table: dict[str, Any]) -> Rate | None:
    """Copy samples of one table out, as pg_dump does, and drop what comes."""
    share = min(1.0, SAMPLE / table["size"])
    place = identifier(table["schema"], table["name"])
    rates = []
    try:
        session.run(f"SET LOCAL statement_timeout = '{_LONGEST}'; SET LOCAL lock_timeout = '1s'")
        for seed in range(TRIALS):
            sample = f"SELECT * FROM {place} TABLESAMPLE SYSTEM ({100 * share}) REPEATABLE ({seed})"  # noqa: S608  quoted
            start = time.perf_counter()
            for _ in session.copy_out(sample):
                pass
            rates.append(share * table["size"] / (time.perf_counter() - start))
    except StatementError as error:
        if error.sqlstate not in _BUSY:
            raise
        # the server has other things to do; what was measured so far must do
    return Rate(min(rates), max(rates)) if rates else None
