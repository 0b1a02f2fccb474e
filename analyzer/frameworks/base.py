"""What every framework must answer about its own names."""

from typing import Protocol

from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version


class Framework(Protocol):
    """A migration framework's conventions, pure text to facts."""

    name: str
    table: str  # the version table's default name
    migrate: str  # the command that users run
    dump: str  # the command that writes the schema file

    def is_candidate(self, path_in_folder: str) -> bool:
        """Whether the framework looks at this path (from the migration folder) at all."""
        ...

    def parse_name(self, path_in_folder: str) -> MigrationName | WhyIgnored:
        """Read a file's name, or say why the file is no migration."""
        ...

    def parse_version(self, stored: str) -> Version | None:
        """Read a stored version; None where the text is no version at all."""
        ...
