"""Functions that PostgreSQL would call while it plans: those of an index, with constant arguments.

A role that owns a table can put ``f(1)`` into an index of it; PostgreSQL calls ``f`` with the
rights of whoever reads the table. An index over ``f(column)`` is harmless: there is no value yet.
"""

import re
from collections.abc import Iterator

from analyzer.engines.postgresql.access.table_guard import PLANNED
from analyzer.engines.sessions import Session
from analyzer.errors import DatabaseError
from analyzer.records import Struct

_FIRST_OWN = 16384  # the lowest oid of what PostgreSQL did not bring
_TOKEN = re.compile(r"\{(\w+)|\}|:(?:funcid|opfuncid) (\d+)")
_CALLS = ("FUNCEXPR", "OPEXPR")
_PASSING = (*_CALLS, "RELABELTYPE", "COERCEVIAIO")  # constant only where all of their parts are
_TREES = f"""
SELECT n.nspname || '.' || c.relname AS table, {PLANNED} AS functions,
       ARRAY(SELECT concat(i.indexprs::text, i.indpred::text) FROM pg_index i
             WHERE i.indrelid = c.oid
                OR i.indrelid IN (SELECT t.relid FROM pg_partition_tree(c.oid) t))
       || ARRAY(SELECT to_jsonb(s) ->> 'stxexprs' FROM pg_statistic_ext s
                WHERE s.stxrelid = c.oid)
       || ARRAY(SELECT p.partexprs::text FROM pg_partitioned_table p
                WHERE p.partrelid = c.oid) AS trees
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND {PLANNED} IS NOT NULL
ORDER BY 1"""  # noqa: S608  no text of a user's


class _Node(Struct):
    """A node of an expression: its kind, its function, and whether a column keeps it open."""

    kind: str
    function: int = 0
    open: bool = False


def demand_harmless_indexes(session: Session) -> None:
    """Make sure that to read the tables calls no function of another role.

    Raises:
        DatabaseError: an index would; its table and function are named.
    """
    for row in session.rows(_TREES):
        if any(calls_at_planning(tree) for tree in row["trees"] if tree):
            raise DatabaseError(
                f"an index of {row['table']} calls {row['functions']} with constant arguments",
                why="the function is another role's, and PostgreSQL would call it with this user's "
                "rights, already when it plans how to read the table",
                fix="drop that index, or run the same command as the function's owner",
            )


def calls_at_planning(tree: str) -> bool:
    """Whether an expression (a pg_node_tree as text) holds a user's function of constants."""
    return any(
        node.kind in _CALLS and node.function >= _FIRST_OWN and not node.open
        for node in _nodes(tree)
    )


def _nodes(tree: str) -> Iterator[_Node]:
    """Give each node when it ends: what is within it is known then."""
    path: list[_Node] = []
    for token in _TOKEN.finditer(tree):
        if token[1] is not None:
            path.append(_Node(token[1], open=token[1] == "VAR"))
        elif token[2] is not None and path:
            path[-1].function = int(token[2])
        elif path:
            ended = path.pop()
            yield ended
            if path and ended.open and path[-1].kind in _PASSING:
                path[-1].open = True
