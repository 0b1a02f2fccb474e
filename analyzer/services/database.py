"""Which database a service works on, and how it is reached."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.engines.registry import open_gateway, usual_engine
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.environments import DatabasePlace
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, KeyedTable, TableName
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.engines.base import Programs
    from analyzer.engines.sessions import Gateway
    from analyzer.frameworks.base import Framework


_MANY = 8  # roots that names suggest: whose files they are is not worth reading all of them


class DatabaseOptions(Struct, frozen=True):
    """A database, its address or the prefix of its client programs, and its version table."""

    database_url: str | None = None
    exec_prefix: tuple[str, ...] = ()
    version_table: TableName | None = None
    environment: str | None = None  # its name, where it has one
    place: DatabasePlace | None = None  # where all this came from

    @classmethod
    def of(cls, place: DatabasePlace, version_table: TableName | None) -> "DatabaseOptions":
        """The database of an environment.

        Raises:
            UsageError: there is only a file of its rows.
        """
        if place.rows is not None:
            raise UsageError(
                f"environment {place.environment} is a file of rows, and no database",
                why="this command works on a database itself",
                fix="name one with an address: --environment NAME=URL, or --database-url URL",
            )
        name = place.named.option if place.named is not None else None
        return cls(place.url, place.exec_prefix, version_table, name, place)

    @property
    def gateway(self) -> "Gateway":
        """The way to it.

        Raises:
            UsageError: its address cannot be read.
        """
        return open_gateway(self.database_url, self.exec_prefix)

    @property
    def table(self) -> TableName:
        """The version table; where none was named, that of the framework whose files lie here."""
        framework = _framework_here()
        if framework is None:
            return self.version_table or DEFAULT_VERSION_TABLE
        named = self.version_table or framework.usual_table
        return KeyedTable(named.name, named.schema, framework.store.version_column)


def _framework_here() -> "Framework | None":
    """The framework of the one application around the current folder; None for none or several."""
    from analyzer.frameworks.registry import likely_frameworks, may_be_folder
    from analyzer.sources.git.git import open_repository
    from analyzer.sources.git.tree import find_applications
    from analyzer.sources.git.work_tree import list_work_tree_paths
    from analyzer.workflow.reading.files.current_files import read_targets
    from analyzer.workflow.reading.request import Request

    try:
        repository = open_repository(None)
        paths = list_work_tree_paths(repository, may_be_folder)
        likely = find_applications(paths, likely_frameworks(None, paths))
        if len({it.root for it in likely}) > _MANY:
            return None
        found = read_targets(repository, Request(datetime.now(UTC)), anywhere=True)
    except AnalyzerError:
        return None
    kinds = {it.framework.name: it.framework for it in found}
    return kinds.popitem()[1] if len(kinds) == 1 else None


def scratch_gateway(scratch_url: str | None) -> "Gateway | None":
    """The way to the server for a trial; None for one that comes along."""
    return open_gateway(scratch_url) if scratch_url else None


def client_programs() -> "Programs":
    """The names of the client programs, for messages."""
    return usual_engine().programs
