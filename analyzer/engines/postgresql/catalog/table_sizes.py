"""How large the tables are, by what PostgreSQL keeps of it: no table is read."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from analyzer.engines.postgresql.access.session import PostgresSession, Row
from analyzer.errors import StatementError
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE
from analyzer.model.schema.table_size import TableSize

_LOCKED = "55P03"  # SQLSTATE
_BEFORE_FILES = "migdoctor_before_files"  # a savepoint
_WIDTH = 4  # columns of either query

# Our own are left out: who locks our notes must not keep the sizes of all others from us.
# A table's rows may lie in its partitions and heirs: each table is added up with all below it.
# reltuples is -1 (before PostgreSQL 14: 0, with no pages) where nothing ever counted the rows.
_TREE = f"""
WITH RECURSIVE tree (root, oid) AS (
  SELECT c.oid, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') /* of c.relnamespace */
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND c.relname NOT IN ('{AUDIT_TABLE}', '{NOTES_TABLE}')
  UNION ALL
  SELECT tree.root, h.inhrelid FROM tree JOIN pg_inherits h ON h.inhparent = tree.oid
), part AS (
  SELECT tree.root, c.reltuples, c.relpages, """  # noqa: S608  ours
_ADDED_UP = """
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
# What lies beside a table without rows (a page of each index, an empty TOAST table) is not looked
# at: to open it takes five times as long as all else, and nobody loses anything with it.
MEASURED = (
    _TREE
    + "measured.heap, "
    + "CASE measured.heap WHEN 0 THEN 0 "
    + "ELSE coalesce(pg_total_relation_size(c.oid), 0) END AS total"
    + _ADDED_UP.replace(
        "WHERE c.relkind",
        "CROSS JOIN LATERAL (SELECT coalesce(pg_relation_size(c.oid), 0) AS heap OFFSET 0) "
        "AS measured WHERE c.relkind",
    )
)
"""Table, estimated rows, bytes, bytes of the rows alone; each file is measured."""

# Never 0, for 0 would say that there are no rows.
_PAGES = "greatest(c.relpages, 1) * current_setting('block_size')::bigint"
KEPT = _TREE + f"{_PAGES} AS heap, {_PAGES} AS total" + _ADDED_UP
"""The same as last vacuumed, without a look at the files."""


def read_table_sizes(
    session: PostgresSession, narrowed: Callable[[str], str] = str
) -> tuple[TableSize, ...]:
    """Read the estimated rows and the bytes of every table, in the order of their names.

    To measure a file its table is locked for a moment, against drops only. Where another session
    holds the table (within ``lock_timeout``), the sizes as of the last VACUUM are taken.

    Args:
        session: of its transaction this is the last question, as it may be refused.
        narrowed: as for `PostgresSession.shown`.

    Returns: names as the search path needs them; partitions count for their table as well.

    Raises:
        DatabaseError: the catalogue cannot be read.
    """
    kept = [] if session.outlives_refusals else _asked(session, KEPT, narrowed)
    if session.outlives_refusals:
        session.run(f"SAVEPOINT {_BEFORE_FILES}")
    try:
        return _sizes(_asked(session, MEASURED, narrowed))
    except StatementError as error:
        if error.sqlstate != _LOCKED:
            raise
    if session.outlives_refusals:
        session.run(f"ROLLBACK TO SAVEPOINT {_BEFORE_FILES}")
        kept = _asked(session, KEPT, narrowed)
    return _sizes(kept)


def _asked(session: PostgresSession, query: str, narrowed: Callable[[str], str]) -> list[Row]:
    return session.shown({query: _WIDTH}, narrowed).execute(query)


def _sizes(rows: Iterable[Sequence[Any]]) -> tuple[TableSize, ...]:
    return tuple(TableSize(*row) for row in rows)
