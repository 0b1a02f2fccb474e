"""A fleet of databases of one server: each is asked once, a few at a time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.engines.postgresql.access.gateway import PostgresGateway
from analyzer.engines.postgresql.access.version_table_reading import (
    read_catalogue,
    read_live_database,
    read_one_of_many,
    read_rows,
)
from analyzer.engines.postgresql.catalog.version_table_queries import notes_query
from analyzer.engines.postgresql.fleets.fingerprint_query import database_fingerprint_query
from analyzer.engines.sessions import Question
from analyzer.engines.shared.database_fleet import DatabaseFleet, sorted_texts
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetMember
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.live_database import LiveDatabase

if TYPE_CHECKING:
    from analyzer.engines.postgresql.notes.note_reading import NotesWait
    from analyzer.model.notes.note import Notebook

_DATABASES = """
SELECT pg_catalog.to_json(d.datname) FROM pg_catalog.pg_database d
WHERE d.datallowconn AND NOT d.datistemplate ORDER BY d.datname"""


class DatabaseFleetReader(DatabaseFleet):
    """See `DatabaseFleet`."""

    def __init__(
        self, gateway: PostgresGateway, fleet: Fleet, table: TableName, framework: Framework
    ) -> None:
        super().__init__(fleet)
        self._gateway, self._table, self._framework = gateway, table, framework
        self._wait: NotesWait | None = None

    def names(self) -> list[str]:
        """See `DatabaseFleet.names`."""
        ((*names,),) = self._gateway.ask(Question(_DATABASES))
        return names

    def member(self, name: str) -> FleetMember | None:
        """See `DatabaseFleet.member`; the version table may lie in any schema."""
        with self._gateway.at(name).reading(self._table) as session:
            catalogue = read_catalogue(session, self._table)
            if not catalogue.relations:
                return None
            versions = read_rows(session, catalogue, self._table, self._framework, name)
            if session.ask(notes_query(versions.table)):
                self.noted.add(name)
            _, fingerprint = session.ask(database_fingerprint_query(catalogue.server_version))
        return FleetMember(name, versions.table, sorted_texts(versions.rows), fingerprint)

    def live(self, member: FleetMember, environment: str) -> LiveDatabase:
        """See `DatabaseFleet.live`."""
        gateway = self._gateway.at(member.name)
        return read_live_database(gateway, member.table, self._framework, environment)

    def read_notes(
        self, members: Sequence[FleetMember], *, there: bool
    ) -> "Iterator[tuple[FleetMember, Notebook]]":
        """See `FleetReader.read_notes`."""
        from analyzer.engines.postgresql.notes.note_reading import NotesWait  # only where noted

        self._wait = self._wait or NotesWait()
        return super().read_notes(members, there=there)

    def noted_live(self, member: FleetMember) -> LiveDatabase:
        """See `DatabaseFleet.noted_live`."""
        gateway = self._gateway.at(member.name)
        return read_one_of_many(gateway, member.table, self._framework, member.name, self._wait)
