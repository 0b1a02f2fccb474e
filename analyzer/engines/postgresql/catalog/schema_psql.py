"""The schema of a database that only a psql behind a prefix can reach.

The queries are those of the direct way; each answer comes as one JSON array.
"""

from collections.abc import Sequence
from typing import Any

from analyzer.engines.postgresql.access.pinning import reading_lines
from analyzer.engines.postgresql.access.psql import (
    MARK,
    PsqlCall,
    failure,
    parse_answers,
    psql_call,
    run_psql,
)
from analyzer.engines.postgresql.access.psql_questions import (
    SCHEMA_QUERIES,
    Answers,
    focus_line,
    questions,
)
from analyzer.engines.postgresql.catalog import schema_queries as q
from analyzer.engines.postgresql.catalog.schema_catalog import (
    CATALOGUE,
    LiveSchema,
    schema_and_notes,
)
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.sources.rows.applied import applied_rows

_QUERIES = SCHEMA_QUERIES
_PLACE = "SELECT json_build_array(current_database(), current_user)"
_ROWS = """
SELECT format('SELECT json_build_array(%L, coalesce(json_agg(version::text), ''[]'')) FROM %I.%I',
              schema, schema, {name})
FROM ({found}) AS v(schema, readable) WHERE readable"""
_ROWS_ANSWER = len(_QUERIES) + 1  # its place among the answers; absent where there is no table


def read_live_schema_through(
    prefix: Sequence[str],
    url: str | None,
    framework: Framework,
    environment: str = "default",
    table: TableName | None = None,
) -> LiveSchema:
    """Read what `read_live_schema` reads, through ``PREFIX psql``, in one read-only transaction.

    Args:
        prefix: the words before ``psql``.
        url: the address as psql must use it there; None for the defaults of that place.
        framework: whose version table says what ran; the table may be missing.
        environment: the name under which reports speak of this database.
        table: the version table, where it is not the one that the search path finds.

    Raises:
        DatabaseError: unreachable, or the catalogue cannot be read.
        EnvironmentToolError: the prefix or the psql behind it does not run.
    """
    call = psql_call(prefix, url)
    wanted = table or TableName(framework.table)
    done = run_psql(call, _script(wanted))
    answers = parse_answers(done.stdout)
    if done.returncode or len(answers) < _ROWS_ANSWER:
        raise failure(call, done, CATALOGUE, call.target())
    database = str(answers[0][0])
    schema, notes = schema_and_notes(Answers(_QUERIES, answers[1:_ROWS_ANSWER]))
    place = f"database {database} through {call.words} psql"
    rows = answers[_ROWS_ANSWER:]
    versions = _versions(call, rows, database, wanted.name, framework, environment)
    return LiveSchema(schema, place, versions, notes)


def _script(table: TableName) -> str:
    """Write the whole session: one transaction, an answer to each query."""
    return reading_lines((
        *focus_line(table),
        f"\\echo {MARK}",
        f"{_PLACE};",
        *questions(_QUERIES),
        f"\\echo {MARK}",
        f"{_rows_query(table.name)} \\gexec",
    ))  # fmt: skip


def _rows_query(table: str) -> str:
    from psycopg.sql import Literal

    name = Literal(table).as_string(None)
    return _ROWS.format(name=name, found=q.VERSION_TABLE.replace("%s", name))


def _versions(
    call: PsqlCall,
    answers: Sequence[Any],
    database: str,
    name: str,
    framework: Framework,
    environment: str,
) -> VersionTable | None:
    if not answers:
        return None
    schema, stored = answers[0]
    table = TableName(name, schema)
    rows = applied_rows(stored, framework, Origin(environment, str(table)))
    place = f"table {table} of database {database} through {call.words} psql"
    return VersionTable(environment, "postgresql", place, table, rows)
