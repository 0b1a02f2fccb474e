"""What is asked of an engine that has a place to rehearse in: servers of ours, and copies there."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway
from analyzer.records import Struct

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from analyzer.model.core.version_table import TableName
    from analyzer.model.plans.rehearsal import Copied


class Fence(Struct, frozen=True):
    """The address to hand to a command as its DATABASE_URL, and variables that it needs besides.

    Whoever connects with the variables, and to another address, cannot write there.
    """

    url: str
    variables: Mapping[str, str]


class Scratch(Protocol):
    """A server to rehearse in, and copies of databases there."""

    def scratch_server(self, folder: Path) -> "AbstractContextManager[ScratchServer]":
        """Start a server in a folder; stop and remove it at the end."""
        ...

    def demand_empty(self, scratch: Gateway) -> None:
        """Make sure that nothing can be overwritten."""
        ...

    def contents(self, scratch: Gateway) -> "Mapping[str, str]":
        """By a key of its own, the statement that drops each object, in the order to drop them in.

        The one of an empty key prepares for the others.
        """
        ...

    def copy_live(
        self,
        source: Gateway,
        table: "TableName",
        scratch: Gateway,
        folder: Path,
        *,
        with_data: bool,
    ) -> "Copied":
        """Copy a live database; it is only read."""
        ...

    def copy_dump(self, dump: Path, scratch: Gateway, folder: Path) -> "Copied":
        """Load a dump."""
        ...

    def fence(self, url: str) -> "Fence | None":
        """How a command is kept from writing into any database but one; None where nothing does."""
        ...

    def server_title(self, gateway: Gateway) -> str:
        """The engine and the server's version, in words."""
        ...

    def can_come_along(self) -> bool:
        """Whether a server of its kind can be installed beside us at all."""
        ...

    def is_installed(self) -> bool:
        """Whether a server comes along that can be started here."""
        ...


class ScratchServer(Protocol):
    """A server of ours that runs."""

    @property
    def programs(self) -> Path:
        """The folder of its client programs."""
        ...

    def url(self, database: str = ...) -> str:
        """Tell a database's address, for the superuser, without a password."""
        ...

    def create_database(self, name: str) -> str:
        """Create an empty database and return its address."""
        ...
