"""How large the tables are, by what PostgreSQL keeps of it: no table is read."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, LiteralString

from analyzer.engines.postgresql.access.pinning import Shown
from analyzer.model.schema.table_size import TableSize

if TYPE_CHECKING:
    from psycopg import Connection

# A table's rows may lie in its partitions and heirs: each table is added up with all below it.
# reltuples is -1 (before PostgreSQL 14: 0, with no pages) where nothing ever counted the rows.
_TREE: LiteralString = """
WITH RECURSIVE tree (root, oid) AS (
  SELECT c.oid, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm')
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  UNION ALL
  SELECT tree.root, h.inhrelid FROM tree JOIN pg_inherits h ON h.inhparent = tree.oid
), part AS (
  SELECT tree.root, c.reltuples, c.relpages, """
_ADDED_UP: LiteralString = """
  FROM tree JOIN pg_class c ON c.oid = tree.oid WHERE c.relkind <> 'p'
), counted AS (
  SELECT root, heap, total,
         CASE WHEN heap = 0 THEN 0
              WHEN reltuples < 0 OR (reltuples = 0 AND relpages = 0) THEN NULL
              ELSE reltuples END AS estimate
  FROM part
)
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname || '.' END || c.relname,
       CASE WHEN count(root) = count(estimate) THEN coalesce(sum(estimate), 0)::bigint END,
       coalesce(sum(total), 0)::bigint, coalesce(sum(heap), 0)::bigint
FROM (SELECT DISTINCT root AS oid FROM tree) AS all_tables
JOIN pg_class c ON c.oid = all_tables.oid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN counted ON counted.root = c.oid
GROUP BY c.oid, c.relname, n.nspname
ORDER BY 1"""
MEASURED: LiteralString = (
    _TREE
    + "coalesce(pg_relation_size(c.oid), 0) AS heap, "
    + "coalesce(pg_total_relation_size(c.oid), 0) AS total"
    + _ADDED_UP
)
"""Table, estimated rows, bytes, bytes of the rows alone; each file is measured."""

# Never 0, for 0 would say that there are no rows.
_PAGES: LiteralString = "greatest(c.relpages, 1) * current_setting('block_size')::bigint"
KEPT: LiteralString = _TREE + f"{_PAGES} AS heap, {_PAGES} AS total" + _ADDED_UP
"""The same as last vacuumed, without a look at the files."""


def read_table_sizes(connection: "Connection") -> tuple[TableSize, ...]:
    """Read the estimated rows and the bytes of every table, in the order of their names.

    To measure a file its table is locked for a moment, against drops only. Where another session
    holds the table (within ``lock_timeout``), the sizes as of the last VACUUM are taken.

    Returns: names as the search path needs them; partitions count for their table as well.

    Raises:
        psycopg.Error: the catalogue cannot be read.
    """
    from psycopg.errors import LockNotAvailable

    try:
        with connection.transaction():  # inside another one, a savepoint
            return sizes_of(Shown(connection, (MEASURED,)).execute(MEASURED))
    except LockNotAvailable:
        return sizes_of(Shown(connection, (KEPT,)).execute(KEPT))


def sizes_of(rows: Iterable[Sequence[Any]]) -> tuple[TableSize, ...]:
    """Put the rows of either query into sizes."""
    return tuple(TableSize(*row) for row in rows)
