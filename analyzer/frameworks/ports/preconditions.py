"""What a framework itself refuses, in its own words."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.frameworks.ports.methods import Methods
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


Conflict = tuple[str, list["MigrationFile"]]  # "version" or "class", and the files that share it


class Preconditions(Protocol):
    """What the framework itself refuses, in its own words."""

    @property
    def illegal_names(self) -> str:
        """Why a file's name may be illegal."""

    def shared(self, said: str, /) -> str:
        """What it does while files share what no two may. Args: said: that they do, in words."""

    @property
    def unreadable(self) -> str:
        """How to see why a file cannot be read."""

    @property
    def late(self) -> str:
        """What more it may do about a migration that sorts before others; begins with a comma."""

    @property
    def skips_late(self) -> bool:
        """Whether it never runs a migration that sorts before one that ran, and says nothing."""

    @property
    def refuses_late(self) -> bool:
        """Whether it refuses to start while there is such a migration, by default."""

    @property
    def mismatch(self) -> str:
        """What it does where a file does not define the name that its own name tells."""

    @property
    def while_shared(self) -> str:
        """Why the second of two files that share a version cannot have run."""

    @property
    def renamed(self) -> str:
        """What its next run does where a row has another version than its migration's file."""

    @property
    def misleads(self) -> str:
        """What it advises itself there, though that lets the migration run again; mostly empty.

        ``{}`` stands for the row's version.
        """

    @property
    def lost_file(self) -> str:
        """What a rollback does to a row whose file is gone."""

    @property
    def no_version(self) -> str:
        """What it does with a row that holds no version."""

    @property
    def other_name(self) -> str:
        """What may mind another name under one version; begins with a semicolon, or is empty."""

    @property
    def link(self) -> str:
        """What it does with a symbolic link in the folder."""

    def methods(self) -> "Methods | None":
        """What its own methods refuse as a migration calls them; None where migrations are SQL."""

    def conflicts(self, files: Sequence[MigrationFile], /) -> Iterator[Conflict]:
        """Files that share a "version" or a "class", where that stops a migrate."""

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str], /
    ) -> "NextRun":
        """Which files the next run starts, which it passes over, and what makes it refuse.

        Where the table is a set, `set_of_rows.run_of_set` answers.

        Args: rows: all of the version table.
            unran: paths of the files whose migrations never ran, under whatever version.
        """

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile], /
    ) -> tuple[str, str, int] | None:
        """What stops it at one migration, whatever the database is like.

        Args: before: what the same run has carried out.
        Returns: the error, what it says, and the line; None where nothing does.
        """
