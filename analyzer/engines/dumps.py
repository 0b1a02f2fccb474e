"""What is dumped of a database, and by which program."""

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.engines.sessions import Gateway
from analyzer.model.recovery.backup import BackupWish
from analyzer.model.recovery.recovery import ForeignKeyEdge
from analyzer.model.schema.database_state import DatabaseState, TableState


@dataclass(frozen=True, slots=True)
class Tool:
    """A client program: where it is, and its version in full and in its first part."""

    program: str
    version: str
    major: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One snapshot, and what the database is in it; ``partitions`` are a root's, by its label."""

    gateway: Gateway
    snapshot: str
    state: DatabaseState
    partitions: Mapping[str, tuple[tuple[str, str], ...]]  # schema and name of each
    edges: tuple[ForeignKeyEdge, ...]


@dataclass(frozen=True, slots=True)
class Dump:
    """What is dumped: these tables of a moment, as the user wishes, with this program."""

    moment: Moment
    wish: BackupWish
    tool: Tool
    tables: tuple[TableState, ...]
