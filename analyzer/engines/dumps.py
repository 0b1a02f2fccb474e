"""What is dumped of a database, and by which program."""

from collections.abc import Mapping

from analyzer.engines.sessions import Gateway
from analyzer.model.recovery.backup import BackupWish
from analyzer.model.recovery.recovery import ForeignKeyEdge
from analyzer.model.schema.database_state import DatabaseState, TableState
from analyzer.records import Struct


class Tool(Struct, frozen=True):
    """A client program: where it is, and its version in full and in its first part."""

    program: str
    version: str
    major: int


class Moment(Struct, frozen=True):
    """One snapshot, and what the database is in it; ``partitions`` are a root's, by its label."""

    gateway: Gateway
    snapshot: str
    state: DatabaseState
    partitions: Mapping[str, tuple[tuple[str, str], ...]]  # schema and name of each
    edges: tuple[ForeignKeyEdge, ...]


class DumpTask(Struct, frozen=True):
    """What is dumped: these tables of a moment, as the user wishes, with this program."""

    moment: Moment
    wish: BackupWish
    tool: Tool
    tables: tuple[TableState, ...]
