"""A fleet of databases of one server: each is asked once, a few at a time."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analyzer.engines.mysql.access.address import read_address
from analyzer.engines.mysql.access.gateway import CATALOGUE, MysqlGateway
from analyzer.engines.mysql.access.version_table import (
    columns_of,
    read_live_database,
    read_noted,
    versions_in,
)
from analyzer.engines.mysql.catalog.measure import structure_in
from analyzer.errors import AnalyzerError, DatabaseError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetKind, FleetMember, FleetReading, UnreadMember
from analyzer.model.core.version_table import AppliedRow, TableName
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.engines.ports.fleets import FleetReader
    from analyzer.model.notes.note import Notebook

AT_ONCE = 4  # connections
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


class MysqlFleetReader:
    """See `FleetReader`. Each database is of a moment of its own."""

    def __init__(
        self, gateway: MysqlGateway, fleet: Fleet, table: TableName, framework: Framework
    ) -> None:
        self._gateway, self._fleet = gateway, fleet
        self._table, self._framework = table, framework

    def read_members(self) -> FleetReading:
        """See `FleetReader.read_members`."""
        with self._gateway.reading(CATALOGUE) as session:
            names = map(str, session.column(_DATABASES))
            chosen = [it for it in names if it not in _SERVERS and self._fleet.holds(it)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            read = list(pool.map(self._read, chosen))
        return FleetReading(
            tuple(it for it in read if isinstance(it, FleetMember)),
            tuple(it for it in read if isinstance(it, UnreadMember)),
        )

    def read_alike(self, alike: Sequence[FleetMember], environment: str) -> LiveDatabase:
        """See `FleetReader.read_alike`: the first that is still as it was."""
        for member in alike:
            gateway = self._gateway.at(member.name)
            live = read_live_database(gateway, member.table, self._framework, environment)
            if _texts(live.versions.rows) == member.rows:
                return _unmeasured(live) if alike[1:] else live
        raise DatabaseError(
            f"the version table of {alike[0].name} was changed while the fleet was read",
            why="a migration is running there, or somebody else writes to it",
            fix="run the same command again",
        )

    def read_notes(
        self, members: Sequence[FleetMember], *, there: bool
    ) -> "Iterator[tuple[FleetMember, Notebook]]":
        """See `FleetReader.read_notes`; none are kept in these databases."""
        for member in () if there else members:
            gateway = self._gateway.at(member.name)
            live = read_noted(gateway, member.table, self._framework, member.name)
            if live.notes is None:
                raise TypeError(member)
            yield member, live.notes

    def _read(self, name: str) -> FleetMember | UnreadMember | None:
        """One database; None where it has no version table."""
        gateway = self._gateway.at(name)
        try:
            with gateway.reading(self._table) as session:
                if columns_of(session, self._table) is None:
                    return None
                versions = versions_in(session, gateway, self._table, self._framework, name)
                lines = "\n".join(structure_in(session)).replace(f"`{name}`.", "")
        except AnalyzerError as error:
            return UnreadMember(name, error.what, error.why, error.fix)
        fingerprint = hashlib.sha256(lines.encode()).hexdigest()
        return FleetMember(name, versions.table, _texts(versions.rows), fingerprint)


def _texts(rows: Iterable[AppliedRow]) -> tuple[str, ...]:
    return tuple(sorted(row.whole.text for row in rows))


def _unmeasured(live: LiveDatabase) -> LiveDatabase:
    """Where it stands for others too, whose tables may hold more: of no size anything is known."""
    if live.catalog is None:
        return live
    sizes = {name: size.unknown() for name, size in live.catalog.sizes.items()}
    return replace(live, catalog=replace(live.catalog, sizes=sizes))
