"""A fleet of databases of one server: each is asked once, a few at a time."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analyzer.engines.mysql.access.address import read_address
from analyzer.engines.mysql.access.gateway import CATALOGUE, MysqlGateway
from analyzer.engines.mysql.access.version_table import (
    columns_of,
    has_notes,
    read_live_database,
    read_noted,
    versions_in,
)
from analyzer.engines.mysql.catalog.measure import structure_in
from analyzer.engines.shared.database_fleet import DatabaseFleet, sorted_texts
from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetKind, FleetMember
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.live_database import LiveDatabase

if TYPE_CHECKING:
    from analyzer.engines.ports.fleets import FleetReader

_DATABASES = "SELECT schema_name AS name FROM information_schema.schemata ORDER BY schema_name"
_SERVERS = frozenset({"information_schema", "mysql", "performance_schema", "sys"})


@contextmanager
def hold_fleet(
    gateway: MysqlGateway, fleet: Fleet, table: TableName | None, framework: Framework
) -> "Iterator[FleetReader]":
    """See `Fleets.hold_fleet`.

    Raises:
        UsageError: schemas were asked for.
    """
    if fleet.kind is not FleetKind.DATABASE:
        raise UsageError(
            "--each-schema is of no use on MySQL",
            why="its databases have no schemas: a tenant has a database to itself",
            fix=f"--each-database {fleet.pattern}",
        )
    yield MysqlFleetReader(gateway, fleet, table or framework.usual_table, framework)


def member_address(url: str | None, prefix: Sequence[str], database: str) -> str:
    """See `Fleets.member_address`."""
    del prefix
    return read_address(url).at(database).url


class MysqlFleetReader(DatabaseFleet):
    """See `DatabaseFleet`."""

    def __init__(
        self, gateway: MysqlGateway, fleet: Fleet, table: TableName, framework: Framework
    ) -> None:
        super().__init__(fleet)
        self._gateway, self._table, self._framework = gateway, table, framework

    def names(self) -> list[str]:
        """See `DatabaseFleet.names`."""
        with self._gateway.reading(CATALOGUE) as session:
            return [it for it in map(str, session.column(_DATABASES)) if it not in _SERVERS]

    def member(self, name: str) -> FleetMember | None:
        """See `DatabaseFleet.member`."""
        gateway = self._gateway.at(name)
        with gateway.reading(self._table) as session:
            if columns_of(session, self._table) is None:
                return None
            versions = versions_in(session, gateway, self._table, self._framework, name)
            if has_notes(session, versions):
                self.noted.add(name)
            lines = "\n".join(structure_in(session)).replace(f"`{name}`.", "")
        fingerprint = hashlib.sha256(lines.encode()).hexdigest()
        return FleetMember(name, versions.table, sorted_texts(versions.rows), fingerprint)

    def live(self, member: FleetMember, environment: str) -> LiveDatabase:
        """See `DatabaseFleet.live`."""
        gateway = self._gateway.at(member.name)
        return read_live_database(gateway, member.table, self._framework, environment)

    def noted_live(self, member: FleetMember) -> LiveDatabase:
        """See `DatabaseFleet.noted_live`."""
        gateway = self._gateway.at(member.name)
        return read_noted(gateway, member.table, self._framework, member.name)
