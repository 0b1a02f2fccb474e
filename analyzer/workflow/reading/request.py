"""The request of a run: the options that say what to look at."""

from datetime import datetime

from analyzer.model.core.version_table import TableName
from analyzer.model.findings.rename import Decision
from analyzer.records import Struct


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
    environment: str = "default"
    cache: bool = True
    framework: str | None = None
    notes: str | None = None
    alone: bool = False
