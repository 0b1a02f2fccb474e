"""The catalogue of the database that a request names, directly or through a prefix."""

from typing import TYPE_CHECKING

from analyzer.workflow.reading.reading import FRAMEWORK
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.engines.postgresql.catalog.schema_catalog import LiveSchema


def read_live(request: Request) -> "LiveSchema":
    """Read the schema that the database has.

    Raises:
        DatabaseError: unreachable, or the catalogue cannot be read.
        EnvironmentToolError: the prefix or the psql behind it does not run.
    """
    if request.exec_prefix:
        from analyzer.engines.postgresql.catalog.schema_psql import read_live_schema_through

        return read_live_schema_through(
            request.exec_prefix,
            request.database_url,
            FRAMEWORK,
            request.environment,
            request.table,
        )
    from analyzer.engines.postgresql.catalog.schema_catalog import read_live_schema

    return read_live_schema(request.database_url, FRAMEWORK, request.environment, request.table)
