"""A framework's versions: what it makes of texts, and the arithmetic that only it knows."""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.version import Version, VersionKey

if TYPE_CHECKING:
    from typing import Protocol

else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Numbering(Protocol):
    """A framework's versions: what it makes of texts, and the arithmetic that only it knows.

    Texts of moments are 14 digits, year to second, UTC. What has no meaning for a framework it
    answers with None.
    """

    @property
    def form(self) -> str:
        """What its texts look like, for messages."""

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list, among others that may be anything, is a version."""

    def read(self, stored: str) -> Version:
        """Read a stored text; an InvalidVersion where the framework would never store it."""

    def typed(self, text: str) -> Version | None:
        """Read a version that a user typed, and nothing besides; None where the text is none."""

    def bare(self, version: Version) -> str:
        """The text that the framework itself stores for a file of this version."""

    def respelled(self, version: Version, like: str) -> Version:
        """The version written as another text is, as far as there are several ways."""

    def distance(self, one: Version, other: Version) -> float:
        """How far two versions are apart, to sort by."""

    def moment(self, version: Version) -> str | None:
        """The moment that a version stands for, which may be no date (99 as a month)."""

    def odd_length(self, version: Version) -> int | None:
        """How many digits a version has where it should have those of a moment, or be short."""

    def step(self, version: Version, direction: int) -> Version | None:
        """The nearest version after (1) or before (-1) another; None where there is none."""

    def next_free(self, version: Version, taken: Collection[VersionKey]) -> Version:
        """The first version after another one that is not taken, written as wide."""

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        """A version that runs last: the present moment if it can be.

        Args: versions: those of files.  taken: all further ones.  now: the moment.
        """

    def last_as_wide(self, version: Version, taken: Iterable[VersionKey]) -> str:
        """The next version after all taken ones that are not longer, as wide as this one."""

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        """Hand out versions for new files, as the framework itself would.

        Args: settled: those that stay.  taken: all that are or were in use.  now: the moment.
        """

    def plain(self, number: int) -> Version:
        """The version of a stored text that is just a number, without leading zeros."""

    def plain_numbers(self, keys: Collection[VersionKey]) -> Container[int]:
        """The numbers whose plain versions have one of these keys."""
