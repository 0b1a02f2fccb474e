"""Reading a fleet: all of it at one moment, and then one member of each kind in full."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from analyzer.engines.sessions import Gateway
    from analyzer.frameworks.base import Framework
    from analyzer.model.core.fleet import Fleet, FleetMember, FleetReading
    from analyzer.model.core.version_table import TableName
    from analyzer.model.notes.note import Notebook
    from analyzer.model.schema.live_database import LiveDatabase


class FleetReader(Protocol):
    """A fleet that is being read. It is of one moment for as long as the reader is held."""

    def read_members(self) -> "FleetReading":
        """Read the rows and the fingerprints of all members.

        Raises:
            DatabaseError, EnvironmentToolError: the server cannot be asked; what is wrong with
                single members is told in the reading.
        """
        ...

    def read_alike(self, alike: "Sequence[FleetMember]", environment: str) -> "LiveDatabase":
        """Read one of several members that are alike in full: its rows and its catalogue.

        The sizes are those of the largest among them, so that what is said of one is safe for all.

        Raises:
            DatabaseError, EnvironmentToolError: it cannot be read, or is no longer as it was.
        """
        ...

    def read_notes(
        self, members: "Sequence[FleetMember]", *, there: bool
    ) -> "Iterator[tuple[FleetMember, Notebook]]":
        """Read the notes beside the version tables of members, a few at a time.

        Notes that cannot be read, as while somebody locks them, say so themselves.

        Args: there: whether only those are told beside whose table there are notes.

        Raises:
            DatabaseError, EnvironmentToolError: the server cannot be asked.
        """
        ...


class Fleets(Protocol):
    """How an engine reads fleets."""

    def hold_fleet(
        self,
        gateway: "Gateway",
        fleet: "Fleet",
        table: "TableName | None",
        framework: "Framework",
    ) -> "AbstractContextManager[FleetReader]":
        """Hold the moment at which a fleet is read.

        Args: table: the version table's name; None for the framework's own.

        Raises:
            DatabaseError, EnvironmentToolError: the server cannot be reached.
        """
        ...

    def member_address(self, url: "str | None", prefix: "Sequence[str]", database: str) -> str:
        """Write the address of another database of the same server; it may hold secrets.

        Args: url, prefix: as for `registry.open_gateway`.
        """
        ...
