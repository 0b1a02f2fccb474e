"""The version table and the catalogue of a database that only a psql behind a prefix can reach."""

from collections.abc import Sequence

from analyzer.engines.postgresql.access.psql import ask_through
from analyzer.engines.postgresql.access.psql_questions import (
    CATALOG_QUERIES,
    Answers,
    focus_line,
    questions,
)
from analyzer.engines.postgresql.catalog import schema_queries as q
from analyzer.engines.postgresql.catalog.schema_catalog import catalog_of
from analyzer.engines.postgresql.catalog.table_sizes import KEPT, MEASURED, sizes_of
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.live_database import LiveDatabase

_FIRST = {q.TYPES: CATALOG_QUERIES[q.TYPES]}  # by the session's own search path
_QUERIES = {**{it: width for it, width in CATALOG_QUERIES.items() if it not in _FIRST}, KEPT: 4}
_LAST = {MEASURED: 4}  # it may wait in vain for a table that another session holds


def read_live_database_through(
    prefix: Sequence[str],
    url: str | None,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> LiveDatabase:
    """Read what `postgres.read_live_database` reads, through ``PREFIX psql``, in one transaction.

    Arguments and errors are those of `psql.read_version_table_through`; a catalogue that cannot
    be read is no error.
    """
    asked = {**_FIRST, **_QUERIES, **_LAST}
    further = [*questions(_FIRST), *focus_line(table or TableName(framework.table))]
    further += [*questions(_QUERIES), *questions(_LAST)]
    told = ask_through(prefix, url, table, framework, environment, further)
    version = told.versions.server_version
    if len(told.rest) < len(_FIRST) + len(_QUERIES) or version is None:
        return LiveDatabase(told.versions, None, told.refusal)
    answered = dict(list(asked.items())[: len(told.rest)])
    answers = Answers(answered, told.rest)
    sizes = sizes_of(answers.execute(MEASURED if MEASURED in answered else KEPT))
    types = answers.execute(q.TYPES)
    try:
        return LiveDatabase(told.versions, catalog_of(answers, sizes, version, types))
    except DatabaseError as error:  # it is too large
        return LiveDatabase(told.versions, None, error.what)
