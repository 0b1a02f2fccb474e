"""What the name of a file says, by its whole path."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.frameworks.ports.files import Files
    from analyzer.model.core.migration import MigrationName, WhyIgnored


def name_at(files: "Files", path: str) -> "MigrationName | WhyIgnored":
    """Read the name of a file by its path from the repository's root, folders included."""
    folder, _, basename = path.rpartition("/")
    return files.parse_name(basename, folder)
