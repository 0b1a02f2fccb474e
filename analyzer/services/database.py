"""Which database a service works on, and how it is reached."""

from typing import TYPE_CHECKING

from analyzer.engines.registry import engine, open_gateway
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.engines.base import Programs
    from analyzer.engines.sessions import Gateway


class DatabaseOptions(Struct, frozen=True):
    """A database, its address or the prefix of its client programs, and its version table."""

    database_url: str | None = None
    exec_prefix: tuple[str, ...] = ()
    version_table: TableName | None = None

    @property
    def gateway(self) -> "Gateway":
        """The way to it.

        Raises:
            UsageError: its address cannot be read.
        """
        return open_gateway(self.database_url, self.exec_prefix)

    @property
    def table(self) -> TableName:
        """The version table; the framework's own where none was named."""
        return self.version_table or DEFAULT_VERSION_TABLE


def scratch_gateway(scratch_url: str | None) -> "Gateway | None":
    """The way to the server for a trial; None for one that comes along."""
    return open_gateway(scratch_url) if scratch_url else None


def client_programs() -> "Programs":
    """The names of the client programs, for messages."""
    return engine().programs
