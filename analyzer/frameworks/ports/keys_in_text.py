"""Versions that stand in the text of a file, and not in its name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.core.defining_line import DefiningLine

else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class KeysInText(Protocol):
    """What a text makes of the name that a path tells."""

    @property
    def told_by_path(self) -> bool:
        """Whether the path alone tells the version, and the text only what it comes after."""

    @property
    def journal(self) -> str | None:
        """The file in a migration folder that tells the versions of all; None where none does."""

    @property
    def includes(self) -> bool:
        """Whether files that are no migrations list, by their names, those that are."""

    def listed(self, journal: bytes, /) -> Mapping[str, Version]:
        """The versions that such a file tells, by the names of files."""

    def is_broken(self, journal: bytes, /) -> bool:
        """Whether such a file makes no sense to its tool."""

    def relisted(self, journal: bytes, names: Mapping[str, tuple[str, Version]], /) -> bytes | None:
        """That file with other names and versions; None where only a person can change it.

        Args: names: by a file's name now, the one that it gets, and its version.
        """

    def name(self, told: MigrationName, content: bytes, /) -> MigrationName | WhyIgnored:
        """Read the version from a text, or say why the file is no migration.

        Args: told: what the path alone tells, which mostly is the same.
        """

    def settled(self, names: Sequence[MigrationName], /) -> Sequence[MigrationName]:
        """The names of one tree, in whose order their versions sort, where only all tell that."""

    def mentions(self, content: bytes, key: str, /) -> "Iterator[DefiningLine]":
        """The places where another file names a version, which change with it.

        What stands there is the version as a file's name has it (`Version.written`).
        """
