"""The sizes of tables that thousands of schemas have alike: of each the largest."""

from collections.abc import Sequence

from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.errors import ConnectionLostError, StatementError
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.model.schema.table_size import TableSize
from analyzer.records import replace

# A file is measured without a lock that lasts. What has partitions or heirs is not counted here.
_LARGEST = """
SELECT pg_catalog.json_build_array(s.relname, CASE WHEN count(*) = count(s.estimate)
    THEN max(s.estimate)::bigint END, max(s.total), max(s.heap))
FROM (
  SELECT c.relname::text,
    CASE WHEN c.relkind = 'p' OR c.relhassubclass THEN NULL WHEN m.heap = 0 THEN 0
         WHEN c.reltuples < 0 OR (c.reltuples = 0 AND c.relpages = 0) THEN NULL
         ELSE c.reltuples END AS estimate, m.heap, m.total
  FROM pg_class c CROSS JOIN LATERAL (
    SELECT coalesce(pg_relation_size(c.oid), 0) AS heap,
           CASE WHEN c.relpages = 0 AND pg_relation_size(c.oid) = 0 THEN 0
                ELSE coalesce(pg_total_relation_size(c.oid), 0) END AS total) AS m
  WHERE c.relnamespace = ANY ('{{{oids}}}'::oid[]) AND c.relkind IN ('r', 'p', 'm')
    AND c.relname NOT IN (OURS_)
) AS s
GROUP BY s.relname""".replace("OURS_", f"'{AUDIT_TABLE}', '{NOTES_TABLE}'")


def with_largest(session: PostgresSession, live: LiveDatabase, oids: Sequence[int]) -> LiveDatabase:
    """The same database, in which no table is smaller than in any of these schemas.

    Where they cannot be measured, as while a migration holds one of them, no size is known.

    Args: session: in a transaction that may end with this question.
    """
    if live.catalog is None or not oids[1:]:
        return live
    try:
        (found,) = session.answers([_LARGEST.format(oids=",".join(map(str, oids)))])
    except ConnectionLostError:
        raise
    except StatementError:
        found = []
    largest = {name: TableSize(name, *sizes) for name, *sizes in found}
    sizes = {name: largest.get(name) or size.unknown() for name, size in live.catalog.sizes.items()}
    return replace(live, catalog=replace(live.catalog, sizes=sizes))
