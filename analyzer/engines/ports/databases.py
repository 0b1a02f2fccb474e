"""Databases of a server: made, renamed, dropped, and who is in them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway, Session

if TYPE_CHECKING:
    from analyzer.model.recovery.other_session import OtherSession
    from analyzer.model.schema.database_state import DatabaseSettings


class Databases(Protocol):
    """Databases of a server: made, renamed, dropped, and who is in them."""

    def maintenance(self, gateway: Gateway, apart_from: str) -> Session:
        """Open a session with the server that is not in this database."""
        ...

    def database_oid(self, session: Session, name: str) -> int | None:
        """Tell a database's number; None where there is none of this name."""
        ...

    def database_name(self, session: Session, oid: int) -> str | None:
        """Tell the name that the database of this number has now."""
        ...

    def data_folder(self, session: Session) -> str | None:
        """Tell where the server keeps its data, on its own machine; None where it does not say."""
        ...

    def without_owners(self, session: Session, settings: "DatabaseSettings") -> "DatabaseSettings":
        """The settings of a database that is the session's role's own, and granted to nobody."""
        ...

    def other_sessions(self, session: Session, database: str) -> "tuple[OtherSession, ...]":
        """List who else is connected to a database."""
        ...

    def end_sessions(self, session: Session, label: str) -> None:
        """End the sessions that an earlier run of ours left behind."""
        ...

    def try_claim(self, session: Session, name: str) -> bool:
        """Take a lock of this name for as long as the session lasts; whether it was free."""
        ...

    def rename_database(self, session: Session, old: str, new: str) -> None:
        """Rename a database. Raises StatementError where somebody is connected."""
        ...

    def create_database(self, session: Session, name: str, settings: "DatabaseSettings") -> None:
        """Create a database like another one, all but what would hinder filling it."""
        ...

    def finish_database(self, session: Session, name: str, settings: "DatabaseSettings") -> None:
        """Give it the rest of its settings and its grants."""
        ...

    def create_statements(
        self, name: str, settings: "DatabaseSettings", server_version: int
    ) -> list[str]:
        """Write the statements of `create_database`."""
        ...

    def finish_statements(self, name: str, settings: "DatabaseSettings") -> list[str]:
        """Write the statements of `finish_database`."""
        ...

    def create_scratch(self, session: Session, name: str, encoding: str) -> None:
        """Create an empty database to try things in."""
        ...

    def create_roles(self, session: Session, names: Iterable[str]) -> None:
        """Create the roles that are not there, without any right."""
        ...

    def drop_database(self, session: Session, name: str) -> None:
        """Drop a database, whoever is in it."""
        ...

    def drop_quietly(self, gateway: Gateway, name: str) -> None:
        """Drop a database of ours, if the server lets us."""
        ...

    def temporary_name(self, name: str, purpose: str) -> str:
        """A name of ours for a while, as long as the engine allows."""
        ...

    def recovery_name(self, database: str, purpose: str, recovery: str) -> str:
        """A name that belongs to one recovery."""
        ...

    def shortened(self, name: str, tail: int) -> str:
        """The beginning of a name that leaves room for so many bytes."""
        ...
