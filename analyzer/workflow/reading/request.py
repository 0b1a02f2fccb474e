"""The request of a run: the options that say what to look at."""

import os
from datetime import datetime
from typing import TYPE_CHECKING

from analyzer.model.core.environments import UNNAMED, DatabasePlace, EnvironmentName, Unreadable
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.rename import Decision
from analyzer.records import Struct, replace

if TYPE_CHECKING:
    from analyzer.engines.base import Engine


class Request(Struct, frozen=True):
    """The common options, as values; each field mirrors the option of its name.

    ``alone``: the process is our command's, and no other program's that uses us.
    """

    now: datetime
    repo: str | None = None
    ref: str | None = None
    directories: tuple[str, ...] = ()
    deployed: str | None = None
    database_url: str | None = None
    rows: str | None = None
    exec_prefix: tuple[str, ...] = ()
    table: TableName | None = None
    decisions: tuple[Decision, ...] = ()
    environment: str = UNNAMED
    cache: bool = True
    framework: str | None = None
    notes: str | None = None
    alone: bool = False
    place: DatabasePlace | None = None  # where the options of one environment came from
    dialect: str | None = None  # the engine that the team's settings name

    def at(self, place: DatabasePlace, *, several: bool = False) -> "Request":
        """The same about one environment. Its own deployed commit counts, unless one was typed.

        Args: several: it is one of several, for which no one commit can have been typed.
        """
        typed, own = self.deployed, place.deployed
        return replace(
            self,
            environment=place.environment,
            database_url=place.url,
            exec_prefix=place.exec_prefix,
            rows=place.rows,
            directories=self.directories or place.directories,
            deployed=(own or typed) if several else (typed or own),
            place=place,
        )

    @property
    def engine(self) -> "Engine":
        """Which engine the database is of, by its address; the usual one for a file of rows."""
        from analyzer.engines.registry import engine_of_address, usual_engine

        if self.rows is not None:
            return usual_engine()
        return engine_of_address(self.database_url, self.exec_prefix)

    @property
    def names_database(self) -> bool:
        """Whether a database is in hand, so that nothing else need tell which engine is meant."""
        if self.rows is not None:
            return False
        given = self.database_url or self.exec_prefix or os.environ.get("DATABASE_URL", "").strip()
        return bool(given)

    @property
    def fault(self) -> Unreadable | None:
        """Why the environment cannot be read, where that is known before."""
        return self.place.fault if self.place is not None else None

    @property
    def is_fleet(self) -> bool:
        """Whether it is about many schemas or databases of one pattern."""
        place = self.place
        return place is not None and (place.each_schema or place.each_database) is not None

    def table_for(self, usual: str) -> TableName | None:
        """The version table to read; None for the framework's own, found along the search path.

        Args: usual: the name of the framework's own.
        """
        schema = self.place.schema if self.place is not None else None
        if schema is None:
            return self.table
        return TableName(self.table.name if self.table is not None else usual, schema)

    @property
    def named(self) -> EnvironmentName | None:
        """How printed commands name the environment; None where none was named."""
        return self.place.named if self.place is not None else None
