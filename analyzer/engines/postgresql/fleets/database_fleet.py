"""A fleet of databases of one server: each is asked once, a few at a time."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from analyzer.errors import AnalyzerError, DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetMember, FleetReading, UnreadMember
from analyzer.model.core.version_table import AppliedRow, TableName
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.engines.postgresql.notes.note_reading import NotesWait
    from analyzer.model.notes.note import Notebook

AT_ONCE = 4  # connections
_DATABASES = """
SELECT pg_catalog.to_json(d.datname) FROM pg_catalog.pg_database d
WHERE d.datallowconn AND NOT d.datistemplate ORDER BY d.datname"""


class DatabaseFleetReader:
    """See `FleetReader`. Each database is of a moment of its own."""

    def __init__(
        self, gateway: PostgresGateway, fleet: Fleet, table: TableName, framework: Framework
    ) -> None:
        self._gateway, self._fleet = gateway, fleet
        self._table, self._framework = table, framework
        self._noted = set[str]()  # databases
        self._wait: NotesWait | None = None

    def read_members(self) -> FleetReading:
        """See `FleetReader.read_members`."""
        ((*names,),) = self._gateway.ask(Question(_DATABASES))
        chosen = [name for name in names if self._fleet.holds(name)]
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
        """See `FleetReader.read_notes`."""
        from analyzer.engines.postgresql.notes.note_reading import NotesWait  # only where noted

        asked = [it for it in members if not there or it.name in self._noted]
        self._wait = self._wait or NotesWait()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(asked, pool.map(self._read_notes, asked), strict=True)

    def _read_notes(self, member: FleetMember) -> "Notebook":
        gateway = self._gateway.at(member.name)
        live = read_one_of_many(gateway, member.table, self._framework, member.name, self._wait)
        if live.notes is None:
            raise TypeError(member)
        return live.notes

    def _read(self, name: str) -> FleetMember | UnreadMember | None:
        """One database; None where it has no version table in any schema."""
        try:
            with self._gateway.at(name).reading(self._table) as session:
                catalogue = read_catalogue(session, self._table)
                if not catalogue.relations:
                    return None
                versions = read_rows(session, catalogue, self._table, self._framework, name)
                if session.ask(notes_query(versions.table)):
                    self._noted.add(name)
                asked = database_fingerprint_query(catalogue.server_version)
                _, fingerprint = session.ask(asked)
        except AnalyzerError as error:
            return UnreadMember(name, error.what, error.why, error.fix)
        return FleetMember(name, versions.table, _texts(versions.rows), fingerprint)


def _texts(rows: Iterable[AppliedRow]) -> tuple[str, ...]:
    return tuple(sorted(row.whole.text for row in rows))


def _unmeasured(live: LiveDatabase) -> LiveDatabase:
    """Where it stands for others too, whose tables may hold more: of no size anything is known."""
    if live.catalog is None:
        return live
    sizes = {name: size.unknown() for name, size in live.catalog.sizes.items()}
    return replace(live, catalog=replace(live.catalog, sizes=sizes))
