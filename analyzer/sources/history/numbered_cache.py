"""The numbered files of a repository, kept for later runs beside what is known of its history.

Nothing read is believed: a file that is cut, altered or not of the right shape is none.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from analyzer.records import Struct
from analyzer.sources.git.git import Repository
from analyzer.sources.history.cache_format import decode_line, encode_line, read_id, read_text
from analyzer.sources.history.cache_place import CachePlace, open_place
from analyzer.sources.history.numbered_files import NumberedFiles, Touch

_FORMAT = 2
_MOST = 200_000  # files; the names of more would take longer to read than they save


class NumberedCache(Struct, frozen=True):
    """One file of the cache."""

    place: CachePlace

    def load(self) -> NumberedFiles:
        """What is known: nothing, where there is nothing that can be relied on."""
        with self.place.open() as file:
            try:
                return _decode(iter(file or ()), self.place.key)
            except (ValueError, TypeError, LookupError, RecursionError, StopIteration):
                return NumberedFiles()

    def save(self, known: NumberedFiles) -> None:
        """Keep it for later runs; where that is not possible, they do without."""
        if len(known.touches) <= _MOST:
            self.place.write(_encode(known, self.place.key))


def open_cache(repository: Repository) -> NumberedCache | None:
    """The cache of a repository; None where it must not or cannot be used."""
    place = open_place(repository, "numbered", (str(_FORMAT),))
    return NumberedCache(place) if place else None


def _encode(known: NumberedFiles, key: str) -> Iterator[bytes]:
    yield encode_line([key, len(known.touches), sorted(known.tips)])
    yield encode_line(
        [[path, it.moment, it.commit, it.blob, it.deleted] for path, it in known.touches.items()]
    )


def _decode(lines: Iterable[bytes], key: str) -> NumberedFiles:
    (its_key, many, tips), rows = map(decode_line, lines)
    if its_key != key or many != len(rows):
        raise ValueError("another repository's, or incomplete")
    return NumberedFiles(frozenset(map(read_id, tips)), dict(_touch(*row) for row in rows))


def _touch(path: Any, moment: Any, commit: Any, blob: Any, deleted: Any) -> tuple[str, Touch]:  # noqa: ANN401  checked here
    return read_text(path), Touch(int(moment), read_id(commit), read_id(blob), deleted is True)
