"""Connecting: addresses, sessions, transports, and what is said where that fails."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway

if TYPE_CHECKING:
    from pathlib import Path


class Access(Protocol):
    """Addresses in any form that users have, and the gateways they lead to."""

    def open_gateway(self, url: str | None, prefix: Sequence[str] = ()) -> Gateway:
        """Read an address; see `registry.open_gateway`."""
        ...

    def load_driver(self, *, alone: bool) -> None:
        """Load what a live database is read with, before a thread needs it.

        Args: alone: whether the process is our command's, and so nobody else uses the driver.
        """
        ...

    def client_reads(self, text: str) -> bool:
        """Whether the engine's own client takes an address as it stands, too."""
        ...

    def client_address(self, url: str | None) -> str:
        """Write an address as that client takes it, without secrets."""
        ...

    def public_address(self, url: str) -> str:
        """Write an address as it was given, unless it holds secrets."""
        ...

    def beyond_a_place(self, url: str) -> tuple[str, ...]:
        """Name what an address sets that is not about where the database is, and who asks.

        A repository has no say in it: files of this computer, or what the server is told to do.
        """
        ...

    def has_password(self, url: str | None) -> bool:
        """Whether the address holds one."""
        ...

    def is_address(self, text: str) -> bool:
        """Whether a text is an address, and not the name of a file."""
        ...

    def depends_on_root(self, text: str) -> bool:
        """Whether an address means another database from another folder."""
        ...

    def from_root(self, text: str, root: "Path") -> str:
        """Write such an address as it is meant from an application's root."""
        ...

    def naming_variable(self, variables: Mapping[str, str]) -> str | None:
        """The variable of the engine's own client that names a database; None where none does."""
        ...

    def file_command(self, path: str, address: str | None = None, *, piped: bool = False) -> str:
        """Write the client's command for an SQL file; path and address are words of the shell."""
        ...

    def statement_command(self, address: str | None, statement: str) -> str:
        """Write the client's command for one statement; both are words of the shell."""
        ...
