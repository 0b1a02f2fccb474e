"""What most tools that keep a set of rows mind, or do not, as messages tell it."""

from collections.abc import Iterator, Sequence

from analyzer.frameworks.ports.preconditions import Conflict
from analyzer.model.core.migration import MigrationFile


class UsualRefusals:
    """The part of the port ``Preconditions`` that most tools share.

    Args: title: the tool.  late: what it says of a file older than the newest row; empty where it
        minds nothing.  lost_file: what a rollback does to a row whose file is gone.
    """

    late = other_name = misleads = ""
    skips_late = refuses_late = False
    illegal_names = "a name ends as the tool's files do"
    unreadable = "run it on a copy of this database"
    mismatch = "runs it anyway"
    while_shared = "keeps one row for both"
    no_version = "has no file for it"
    link = "the tool follows it and runs what it points to"

    def __init__(self, title: str, late: str, lost_file: str) -> None:
        self.lost_file = lost_file
        if late:
            self.late = f", and {title} refuses that"
            self.refuses_late = not self.skips_late

    def methods(self) -> None:
        """Most migrations are SQL, or are not read so far."""

    def conflicts(self, files: Sequence[MigrationFile]) -> Iterator[Conflict]:
        """Files that share a version."""
        groups: dict[object, list[MigrationFile]] = {}
        for file in files:
            groups.setdefault(file.version.key, []).append(file)
        yield from (("version", group) for group in groups.values() if len(group) > 1)
