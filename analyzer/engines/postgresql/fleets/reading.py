"""A fleet of PostgreSQL's: schemas of one database, or databases of one server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from analyzer.engines.ports.fleets import FleetReader
from analyzer.engines.postgresql.access.gateway import PostgresGateway, open_gateway
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.model.core.version_table import TableName


@contextmanager
def hold_fleet(
    gateway: PostgresGateway, fleet: Fleet, table: TableName | None, framework: Framework
) -> Iterator[FleetReader]:
    """See `CatalogueReader.hold_fleet`."""
    wanted = table or framework.usual_table
    if fleet.kind is FleetKind.DATABASE:
        from analyzer.engines.postgresql.fleets.database_fleet import DatabaseFleetReader

        yield DatabaseFleetReader(gateway, fleet, wanted, framework)
        return
    from analyzer.engines.postgresql.fleets.schema_fleet import hold_schemas

    with hold_schemas(gateway, fleet, wanted.name, framework) as reader:
        yield reader


def member_address(url: str | None, prefix: Sequence[str], database: str) -> str:
    """See `Fleets.member_address`."""
    return open_gateway(url, prefix).at(database).address.conninfo()
