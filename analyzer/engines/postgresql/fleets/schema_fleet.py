"""A fleet of schemas, read over two connections at one moment.

One connection holds the moment, as an exported snapshot, and reads catalogues only. The other reads
version tables, some in a statement, and lets go of their locks after each: the lock table of a
server is small (``max_locks_per_transaction``), and is shared by all of its sessions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from analyzer.engines.postgresql.access.connection_errors import query_failure
from analyzer.engines.postgresql.access.gateway import PostgresGateway
from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.engines.postgresql.access.version_table_reading import (
    read_catalogue,
    read_rows,
    with_catalog,
)
from analyzer.engines.postgresql.catalog import version_table_queries as catalog
from analyzer.engines.postgresql.catalog.schema_queries import of_schemas
from analyzer.engines.postgresql.fleets.fingerprint_query import fingerprints_query
from analyzer.engines.postgresql.fleets.largest_tables import with_largest
from analyzer.engines.postgresql.words import literal
from analyzer.errors import AnalyzerError, StatementError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetMember, FleetReading, UnreadMember
from analyzer.model.core.table_row import RowShape
from analyzer.model.core.version_table import NOTES_TABLE, TableName
from analyzer.model.schema.live_database import LiveDatabase

if TYPE_CHECKING:
    from analyzer.engines.postgresql.notes.note_reading import NotesWait
    from analyzer.model.notes.note import Notebook

TABLES_AT_ONCE = 25  # each with its index; the server grants 64 locks a session, and shares them
LOCKED = "55P03"  # SQLSTATE
_TRIES = 2  # a migration that begins meanwhile may lock the next one
_SYSTEM = ("pg_", "information_schema")
_SCHEMAS = """
SELECT pg_catalog.json_build_array(n.nspname, n.oid::bigint, EXISTS (
  SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = {name}
    AND c.relkind IN ('r', 'p')))
FROM pg_namespace n WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"""

_NOTED = f"""
SELECT pg_catalog.to_json(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = {literal(NOTES_TABLE)}"""  # noqa: S608  ours
_LOCKED = """
SELECT pg_catalog.to_json(n.nspname) FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"""


class SchemaFleetReader:
    """See `FleetReader`."""

    def __init__(
        self,
        sessions: tuple[PostgresSession, PostgresSession],
        snapshot: str,
        fleet: Fleet,
        table: str,
        framework: Framework,
    ) -> None:
        self._holding, self._reading = sessions
        self._snapshot, self._fleet, self._framework = snapshot, fleet, framework
        self._catalogue = read_catalogue(self._holding, TableName(table))
        found = self._holding.answers([_SCHEMAS.format(name=literal(table))])[0]
        self._oids = {name: oid for name, oid, _ in found}
        self._shared = [oid for _, oid, is_tenant in found if not is_tenant]
        self._table = table
        self._wait: NotesWait | None = None

    def read_members(self) -> FleetReading:
        """See `FleetReader.read_members`."""
        tables, unread = self._chosen()
        prints = self._fingerprints([name.schema or "" for name in tables], unread)
        same: dict[tuple[str, ...], tuple[str, ...]] = {}  # one of many equal lists is kept
        members = []
        for batch in _batches([it for it in tables.items() if it[0].schema in prints]):
            for name, rows in self._stored(batch, unread):
                schema, kept = name.schema or "", same.setdefault(rows, rows)
                members.append(FleetMember(schema, name, kept, prints[schema]))
        return FleetReading(tuple(members), tuple(sorted(unread, key=lambda it: it.name)))

    def read_alike(self, alike: Sequence[FleetMember], environment: str) -> LiveDatabase:
        """See `FleetReader.read_alike`."""
        member = alike[0]
        session = self._reading
        session.next_reading(self._snapshot)
        versions = read_rows(session, self._catalogue, member.table, self._framework, environment)
        own = [self._oids[member.name], *self._shared]
        live = with_catalog(session, versions, of_schemas(own))
        oids = [self._oids[it.name] for it in alike]
        return with_largest(session, live, oids)

    def read_notes(
        self, members: Sequence[FleetMember], *, there: bool
    ) -> "Iterator[tuple[FleetMember, Notebook]]":
        """See `FleetReader.read_notes`."""
        noted = frozenset(self._holding.answers([_NOTED])[0])
        asked = [it for it in members if not there or it.name in noted]
        if asked:
            from analyzer.engines.postgresql.fleets.fleet_notes import notes_of  # only where noted
            from analyzer.engines.postgresql.notes.note_reading import NotesWait

            self._wait = self._wait or NotesWait()
            tables = [it.table for it in asked]
            begin = partial(self._reading.next_reading, self._snapshot)
            read = notes_of(self._reading, tables, begin, self._wait)
            yield from zip(asked, read, strict=True)

    def _chosen(self) -> tuple[dict[TableName, RowShape], list[UnreadMember]]:
        """The version tables of the fleet with their shapes, and those that are none to read."""
        tables, unread = {}, []
        for relation in self._catalogue.relations:
            name = TableName(self._table, relation.schema)
            if relation.schema.startswith(_SYSTEM) or not self._fleet.holds(relation.schema):
                continue
            try:
                found = catalog.choose_table(self._catalogue, name, self._framework)
            except AnalyzerError as error:
                unread.append(_unread(relation.schema, error))
            else:
                tables[found] = catalog.shape_of(self._catalogue, found, self._framework)
        return tables, unread

    def _fingerprints(
        self, schemas: Sequence[str], unread: list[UnreadMember]
    ) -> Mapping[str, str]:
        """Of each schema the digest, but for those that another session keeps locked."""
        for _ in range(_TRIES):
            try:
                return self._fingerprints_of(schemas)
            except StatementError as error:
                if error.sqlstate != LOCKED:
                    raise
                locked = self._locked()
                unread += [self._busy(name) for name in schemas if name in locked]
                schemas = [name for name in schemas if name not in locked]
        return self._fingerprints_of(schemas)

    def _fingerprints_of(self, schemas: Sequence[str]) -> Mapping[str, str]:
        if not schemas:
            return {}
        query = fingerprints_query(
            [self._oids[name] for name in schemas], self._catalogue.server_version
        )
        self._reading.next_reading(self._snapshot)
        told = dict(self._reading.answers([query])[0])
        return {name: told[self._oids[name]] for name in schemas}

    def _locked(self) -> frozenset[str]:
        self._reading.next_reading()
        return frozenset(self._reading.answers([_LOCKED])[0])

    def _busy(self, name: str) -> UnreadMember:
        return UnreadMember(
            name,
            f"schema {name} of {self._catalogue.database} is locked",
            "another session holds a lock on a table in it, perhaps a migration that is running "
            "now",
            "wait until it has ended, then run the same command again",
        )

    def _stored(
        self, batch: Sequence[tuple[TableName, RowShape]], unread: list[UnreadMember]
    ) -> Iterator[tuple[TableName, tuple[str, ...]]]:
        """The rows of some version tables; where one cannot be read, each on its own."""
        try:
            answers = self._ask(batch)
        except StatementError as error:
            if not batch[1:]:
                unread.append(self._refused(batch[0][0], error))
                return
            for one in batch:
                yield from self._stored([one], unread)
            return
        for (name, shape), rows in zip(batch, answers, strict=True):
            yield name, _texts(rows, shape)

    def _refused(self, table: TableName, error: StatementError) -> UnreadMember:
        told = query_failure(error.primary, error.sqlstate, table, self._reading.target)
        return _unread(table.schema or "", told)

    def _ask(self, batch: Sequence[tuple[TableName, RowShape]]) -> list[Any]:
        self._reading.next_reading(self._snapshot)
        queries = (f"({catalog.rows_query(name, shape)})" for name, shape in batch)
        return list(self._reading.ask(f"SELECT pg_catalog.json_build_array({', '.join(queries)})"))


@contextmanager
def hold_schemas(
    gateway: PostgresGateway, fleet: Fleet, table: str, framework: Framework
) -> Iterator[SchemaFleetReader]:
    """Hold a moment of the database, and read its schemas there."""
    with gateway.reading() as holding, gateway.reading() as reading:
        snapshot = holding.ask("SELECT pg_catalog.to_json(pg_catalog.pg_export_snapshot())")
        yield SchemaFleetReader((holding, reading), snapshot, fleet, table, framework)


def _batches(
    tables: Sequence[tuple[TableName, RowShape]],
) -> Iterator[Sequence[tuple[TableName, RowShape]]]:
    for start in range(0, len(tables), TABLES_AT_ONCE):
        yield tables[start : start + TABLES_AT_ONCE]


def _texts(stored: Sequence[Any], shape: RowShape) -> tuple[str, ...]:
    if not shape.columns:
        return tuple(sorted(text for text in stored if text is not None))
    rows = (shape.row(one) for one in stored)
    return tuple(sorted(row.text for row in rows if row is not None))


def _unread(name: str, error: AnalyzerError) -> UnreadMember:
    return UnreadMember(name, error.what, error.why, error.fix)
