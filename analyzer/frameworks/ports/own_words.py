"""How an application's own words change: plurals from which names of tables are made."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class OwnWords(Protocol):
    """Rules that an application adds to those of its framework. They are read, never run."""

    def word_files(self, root: str, /) -> Sequence[str]:
        """The files that may add some, in the order in which they are read.

        Args: root: the application's folder, from the repository's root; empty for that one.
        """

    def settle_words(self, contents: Iterable[bytes], /) -> None:
        """From here on, migrations are read by the rules of these files alone."""
