"""A fleet of databases of one server, as every engine reads it: each once, a few at a time."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from analyzer.errors import AnalyzerError, DatabaseError
from analyzer.model.core.fleet import Fleet, FleetMember, FleetReading, UnreadMember
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook

AT_ONCE = 4  # connections


class DatabaseFleet(ABC):
    """See `FleetReader`. Each database is of a moment of its own."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.noted = set[str]()  # the members that have notes beside their version table

    @abstractmethod
    def names(self) -> list[str]:
        """The server's databases."""

    def holds(self, name: str) -> bool:
        """Whether the fleet's pattern is that of a database."""
        return self._fleet.holds(name)

    @abstractmethod
    def member(self, name: str) -> FleetMember | None:
        """One database; None where it has no version table. It says who has notes.

        Raises:
            AnalyzerError: it cannot be read.
        """

    @abstractmethod
    def live(self, member: FleetMember, environment: str) -> LiveDatabase:
        """One database in full."""

    @abstractmethod
    def noted_live(self, member: FleetMember) -> LiveDatabase:
        """One database's rows with its notes."""

    def read_notes(
        self, members: Sequence[FleetMember], *, there: bool
    ) -> "Iterator[tuple[FleetMember, Notebook]]":
        """See `FleetReader.read_notes`."""
        asked = [it for it in members if not there or it.name in self.noted]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(asked, pool.map(self._notes, asked), strict=True)

    def _notes(self, member: FleetMember) -> "Notebook":
        notes = self.noted_live(member).notes
        if notes is None:
            raise TypeError(member)
        return notes

    def read_members(self) -> FleetReading:
        """See `FleetReader.read_members`."""
        chosen = [name for name in self.names() if self.holds(name)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            read = list(pool.map(self._read, chosen))
        return FleetReading(
            tuple(it for it in read if isinstance(it, FleetMember)),
            tuple(it for it in read if isinstance(it, UnreadMember)),
        )

    def read_alike(self, alike: Sequence[FleetMember], environment: str) -> LiveDatabase:
        """See `FleetReader.read_alike`: the first that is still as it was."""
        for member in alike:
            live = self.live(member, environment)
            if sorted_texts(live.versions.rows) == member.rows:
                return _unmeasured(live) if alike[1:] else live
        raise DatabaseError(
            f"the version table of {alike[0].name} was changed while the fleet was read",
            why="a migration is running there, or somebody else writes to it",
            fix="run the same command again",
        )

    def _read(self, name: str) -> FleetMember | UnreadMember | None:
        try:
            return self.member(name)
        except AnalyzerError as error:
            return UnreadMember(name, error.what, error.why, error.fix)


def sorted_texts(rows: Iterable[AppliedRow]) -> tuple[str, ...]:
    """The rows of a version table, each as one text, by which members are compared."""
    return tuple(sorted(row.whole.text for row in rows))


def _unmeasured(live: LiveDatabase) -> LiveDatabase:
    """Where it stands for others too, whose tables may hold more: of no size anything is known."""
    if live.catalog is None:
        return live
    sizes = {name: size.unknown() for name, size in live.catalog.sizes.items()}
    return replace(live, catalog=replace(live.catalog, sizes=sizes))
