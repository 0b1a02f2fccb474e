"""What earlier runs learned of the history of some folders, kept in the user's cache folder."""

from collections.abc import Sequence

from analyzer.records import Struct
from analyzer.sources.git.git import Repository
from analyzer.sources.history.ancestry import Ancestry
from analyzer.sources.history.cache_format import FORMAT, decode_ancestry, encode_ancestry
from analyzer.sources.history.cache_place import CachePlace, open_place


class HistoryCache(Struct, frozen=True):
    """One file of the cache: what is known of some folders of one repository."""

    place: CachePlace

    def load(self) -> Ancestry | None:
        """What is known; None where there is nothing, or nothing that can be relied on."""
        with self.place.open() as file:
            return None if file is None else decode_ancestry(file, self.place.key)

    def save(self, known: Ancestry) -> None:
        """Keep it for later runs; where that is not possible, they do without."""
        self.place.write(encode_ancestry(known, self.place.key))


def open_cache(repository: Repository, directories: Sequence[str]) -> HistoryCache | None:
    """The cache for the folders; None where it must not or cannot be used."""
    place = open_place(repository, "history", (str(FORMAT), *sorted(directories)))
    return HistoryCache(place) if place else None
