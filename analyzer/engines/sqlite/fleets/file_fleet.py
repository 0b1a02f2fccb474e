"""A fleet of files: one for each tenant, in one folder. Each is read once, a few at a time."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from analyzer.engines.shared.database_fleet import DatabaseFleet, sorted_texts
from analyzer.engines.sqlite.access.gateway import SqliteGateway
from analyzer.engines.sqlite.access.version_table import (
    columns_of,
    has_notes,
    read_live_database,
    read_noted,
    read_version_table,
)
from analyzer.engines.sqlite.catalog.measure import structure_in
from analyzer.errors import DatabaseError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetKind, FleetMember
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.live_database import LiveDatabase

if TYPE_CHECKING:
    from analyzer.engines.ports.fleets import FleetReader

_HEAD = b"SQLite format 3\0"


@contextmanager
def hold_fleet(
    gateway: SqliteGateway, fleet: Fleet, table: TableName | None, framework: Framework
) -> "Iterator[FleetReader]":
    """See `Fleets.hold_fleet`.

    Raises:
        UsageError: schemas were asked for, or files that this computer does not see.
    """
    if fleet.kind is not FleetKind.DATABASE:
        raise UsageError(
            "--each-schema is of no use on SQLite",
            why="a file has no schemas: a tenant has a file to itself",
            fix=f"--each-database {fleet.pattern}, and the folder as --database-url sqlite3:FOLDER",
        )
    if gateway.prefix:
        raise UsageError(
            "a fleet of SQLite files is not read through --exec",
            why="their folder is listed on this computer, and may be another one there",
            fix="take one file after the other: for file in FILES; do migdoctor diagnose --exec "
            "PREFIX --database-url sqlite3:$file; done",
        )
    yield FileFleetReader(gateway, fleet, table or framework.usual_table, framework)


def member_address(url: str | None, prefix: Sequence[str], database: str) -> str:
    """See `Fleets.member_address`."""
    del url, prefix
    return f"sqlite3:{quote(database, safe='/')}"


class FileFleetReader(DatabaseFleet):
    """See `DatabaseFleet`. A member's name is its path; the pattern is of names of files."""

    def __init__(
        self, gateway: SqliteGateway, fleet: Fleet, table: TableName, framework: Framework
    ) -> None:
        super().__init__(fleet)
        self._gateway, self._table, self._framework = gateway, table, framework

    def names(self) -> list[str]:
        """See `DatabaseFleet.names`: the databases among the files of the folder, each once.

        Raises:
            DatabaseError: the folder cannot be listed.
        """
        named = Path(self._gateway.address.path).resolve()
        folder = named if named.is_dir() else named.parent
        try:
            found = sorted(path for path in folder.iterdir() if path.is_file())
        except OSError as error:
            raise DatabaseError(
                f"the folder {folder} cannot be listed",
                why=str(error.strerror),
                fix="name the folder of the files, or one of them: --database-url sqlite3:FOLDER",
            ) from None
        links = {path: path.resolve() for path in found}
        return [str(path) for path in found if links[path] == path and _is_database(path)]

    def holds(self, name: str) -> bool:
        """See `DatabaseFleet.holds`."""
        return self._fleet.holds(Path(name).name)

    def member(self, name: str) -> FleetMember | None:
        """See `DatabaseFleet.member`."""
        gateway = self._gateway.at(name)
        with gateway.reading(self._table) as session:
            if columns_of(session, self._table) is None:
                return None
            if has_notes(session):
                self.noted.add(name)
            lines = "\n".join(structure_in(session))
        versions = read_version_table(gateway, self._table, self._framework, name)
        fingerprint = hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
        return FleetMember(name, versions.table, sorted_texts(versions.rows), fingerprint)

    def live(self, member: FleetMember, environment: str) -> LiveDatabase:
        """See `DatabaseFleet.live`."""
        gateway = self._gateway.at(member.name)
        return read_live_database(gateway, member.table, self._framework, environment)

    def noted_live(self, member: FleetMember) -> LiveDatabase:
        """See `DatabaseFleet.noted_live`."""
        gateway = self._gateway.at(member.name)
        return read_noted(gateway, member.table, self._framework, member.name)


def _is_database(path: Path) -> bool:
    """Whether a file is one; what cannot be read is told when it is its turn."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEAD)) == _HEAD
    except OSError:
        return not path.name.endswith(("-wal", "-shm", "-journal"))
