"""What the name of a file says, by its whole path."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.frameworks.ports.files import Files
    from analyzer.model.core.migration import MigrationName, WhyIgnored


def folder_or_file(files: "Files", path: str) -> str:
    """What is one migration together with a file: itself, or the folder whose name tells it."""
    from analyzer.model.core.migration import named_part

    name = name_at(files, path)
    version = getattr(name, "version", None)
    part = path if version is None or not version.written else named_part(path, version)
    return path.rpartition("/")[0] if "/" in part and part != path else path


def name_at(files: "Files", path: str) -> "MigrationName | WhyIgnored":
    """Read the name of a file by its path from the repository's root, folders included."""
    folder, _, basename = path.rpartition("/")
    return files.parse_name(basename, folder)
