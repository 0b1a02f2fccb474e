"""Names of folders and files: what is a migration, and what its name says."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.model.core.defining_line import DefiningLine
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Home(Struct, frozen=True):
    """A migration folder by convention, and the application above it ("" is the repository).

    ``group`` tells folders of one application apart that belong to different databases.
    """

    root: str
    folder: str
    group: str = ""


class Files(Protocol):
    """Names of folders and files: what is a migration, and what its name says."""

    @property
    def usual(self) -> str:
        """The folder that an application has by convention, from its own root."""

    @property
    def example(self) -> str:
        """A file's name, for messages."""

    @property
    def markers(self) -> Sequence[str]:
        """Paths, from an application's root, that show one that has no migration yet."""

    @property
    def gathers(self) -> str | None:
        """A file at an application's root, below which all migration folders belong to it.

        None where the path of a folder tells the root.
        """

    @property
    def sure(self) -> bool:
        """Whether a folder by convention is this framework's, whatever lies in it."""

    def home(self, path: str, /) -> Home | None:
        """The conventional migration folder that a path lies in; None where in none."""

    def folders(self, root: str, /) -> tuple[str, ...]:
        """The folders by convention that share one version table, there or not."""

    def root(self, folder: str, /) -> str:
        """The application's root by its migration folder, wherever that lies; "" if unknown."""

    def folder_beside(self, path: str, /) -> str | None:
        """The migration folder that a schema file or a record of renames belongs to."""

    def parse_name(self, path_in_folder: str, folder: str = "", /) -> MigrationName | WhyIgnored:
        """Read a file's name, or say why the file is no migration.

        Args: folder: where that path begins, from the repository's root: what is above a file may
            be a part of its version (Django's application, Prisma's folder for each migration).
        """

    def basename(self, version: str, slug: str, /) -> str:
        """The name of a file for a version."""

    def way_back(self, path: str, /) -> str | None:
        """The file, there or not, with the way back of a migration; None where there is none."""

    def legal_slug(self, told: str, /) -> str:
        """What a name of another form is called in a file's; empty if nothing is left of it."""

    def class_name(self, slug: str, /) -> str:
        """The name that the file's text must define; empty where it need not define any."""

    def defining_lines(self, content: bytes, /) -> Iterator["DefiningLine"]:
        """The lines of a text that define names of which the file's name may tell one."""
