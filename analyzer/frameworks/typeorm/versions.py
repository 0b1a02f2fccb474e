"""Versions of TypeORM: names of classes, in the order of the moments that they end with."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.model.core.version import InvalidVersion, Version, VersionKey

_KEY = re.compile(r"(?P<name>[\w$]*?)(?P<stamp>[0-9]{13})", re.ASCII)
_STAMP = "%Y%m%d%H%M%S"


class TypeOrmVersions(KeyedVersions):
    """The port ``Numbering`` of TypeORM; its keys begin with the moment."""

    form = "the name of a class that ends with 13 digits, such as CreateSongs1755907201000"

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list ends as the names of classes do."""
        return self.read(cell).is_valid

    def read(self, stored: str) -> Version:
        """Read the stored name of a class; the tool refuses one without a moment."""
        found = _KEY.fullmatch(stored)
        if found is None:
            return InvalidVersion(f"{'':>13}{stored}", stored)
        return Version(f"{found['stamp']}{found['name']}", stored)

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        """The present moment if that is after all; else the one after the last."""
        last = max(map(self._key_number, [*(one.key for one in versions), *taken]), default=0)
        return str(max(_milliseconds(now), last + 1))

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        """Hand out moments after all others."""
        used = {self._key_number(key) for key in taken}
        last = max((self._key_number(one.key) for one in settled), default=0)
        number = max(_milliseconds(now), last + 1)
        while True:
            if number not in used:
                yield str(number)
            number += 1

    def _key_number(self, key: VersionKey) -> int:
        return self._number(cast("str", key))

    def _head_of(self, text: str) -> str:
        """The digits of a name, which it ends with, or of a key, which begins with them."""
        found = _KEY.fullmatch(text)
        return found["stamp"] if found else super()._head_of(text)

    def _renumbered(self, text: str, number: int) -> str:
        found = _KEY.fullmatch(text)
        digits = str(number)
        fits = found is not None and len(digits) == len(found["stamp"])
        return f"{found['name']}{digits}" if found is not None and fits else ""


def _milliseconds(now: str) -> int:
    return int(datetime.strptime(now, _STAMP).replace(tzinfo=UTC).timestamp() * 1000)
