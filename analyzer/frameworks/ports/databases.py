"""Where an application says which databases it has."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.errors import AnalyzerError
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class FoundDatabase(Struct, frozen=True):
    """A database that an application's own file names.

    ``name`` is None where it has only one. ``place`` says where it stands, for people.
    ``address`` is of the form that DATABASE_URL takes; None where ``fault`` says why not.
    ``folders`` are its migrations', from the application's root; none: those by convention.
    ``variable`` holds the whole address, if one of that name stands for it. ``foreign``: the file
    itself says where it is, and no variable that holds the whole address.
    """

    name: str | None
    place: str
    address: str | None
    folders: tuple[str, ...] = ()
    variable: str | None = None
    fault: "AnalyzerError | None" = None
    foreign: bool = False


class DatabaseFile(Protocol):
    """The file in which an application says where its databases are. It is read, and never run."""

    @property
    def usual(self) -> str:
        """Where it lies, from an application's root."""

    @property
    def main(self) -> str:
        """The name of that database, of several, which DATABASE_URL stands for."""

    @property
    def in_production(self) -> Mapping[str, str]:
        """The variables of a run in production."""

    @property
    def hints(self) -> tuple[str, ...]:
        """Further files that tell what kind of database it is, from an application's root."""

    def is_such(self, content: bytes, /) -> bool:
        """Whether it is this framework's file, and no other one of its name; cheap."""

    def hinted(self, path: str, content: bytes, /) -> tuple[str, ...]:
        """The kinds of database that such a file speaks of, as addresses begin; cheap.

        Dumps, which are SQL, are not asked for here.
        """

    def adapters(self, content: bytes, /) -> tuple[str, ...]:
        """The kinds of database that it speaks of, by a glance, among other words; cheap."""

    def may_be_several(self, content: bytes, /) -> bool:
        """Whether it may name several databases at once, by a glance; cheap."""

    def own_address(self, content: bytes, path: str, variables: Mapping[str, str], /) -> str:
        """The whole address that the file itself has, which DATABASE_URL does not replace.

        Empty where it has none, or cannot be read.
        """

    def environments(
        self, content: bytes, path: str, variables: Mapping[str, str], /
    ) -> tuple[str, ...]:
        """The names of its environments, each with databases of its own; none if it knows none.

        Raises:
            UsageError: it cannot be read.
        """

    def in_environment(self, name: str, /) -> Mapping[str, str]:
        """The variables of a run in one of these environments."""

    def in_development(self, variables: Mapping[str, str], /) -> Mapping[str, str]:
        """The variables to set for development's, where others are set; none where none is."""

    def chosen(self, variables: Mapping[str, str], /) -> str:
        """The environment that variables of a run choose; empty where they choose none."""

    def read(
        self,
        content: bytes,
        path: str,
        variables: Mapping[str, str],
        read_file: Callable[[str], bytes | None],
        /,
    ) -> tuple[FoundDatabase, ...]:
        """Find the databases whose migrations run here, in the order of the file; none if none.

        Args:
            path: the file's, for errors.
            variables: those of this run.
            read_file: another file by its path from the application's root; None if there is none.

        Raises:
            UsageError: it cannot be read, or has none for this run.
        """
