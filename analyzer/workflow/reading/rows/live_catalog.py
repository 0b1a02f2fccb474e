"""The catalogue of the database that a request names, directly or through a prefix."""

from typing import TYPE_CHECKING

from analyzer.frameworks.base import Framework
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.model.schema.live_schema import LiveSchema


def read_live(request: Request, framework: Framework) -> "LiveSchema":
    """Read the schema that the database has.

    Raises:
        DatabaseError: unreachable, or the catalogue cannot be read.
        EnvironmentToolError: the prefix or the psql behind it does not run.
    """
    from analyzer.engines.registry import open_gateway

    gateway = open_gateway(request.database_url, request.exec_prefix)
    return gateway.engine.catalog.read_live_schema(
        gateway, framework, request.environment, request.table_for(framework.store.table)
    )
