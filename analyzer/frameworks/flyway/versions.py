"""Flyway's versions: numbers with dots between; 1.10 comes after 1.2, and 1.0 is 1.

Source: MigrationVersion.java, 7.15.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

from analyzer.model.core.version import InvalidVersion, Version, VersionKey

form = "numbers with dots between, such as 1.2"

PART = r"[0-9]+(?:[._][0-9]+)*"
_STORED = re.compile(PART, re.ASCII)
_STAMP, _STAMP_DIGITS = "%Y%m%d%H%M%S", 14
_MOST_DIGITS = 200  # of one version


class FileVersion(Version, frozen=True):
    """A version in the name of a file, where underscores may stand for the dots."""

    spelt: str = ""

    @property
    def written(self) -> str:
        """The version as the name of a file has it."""
        return self.spelt or self.text


def key_of(text: str) -> tuple[int, ...]:
    """What Flyway compares: the numbers, without zeros at the end."""
    parts = [int(it) for it in re.split(r"[._]", text)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts)


def is_listed(cell: str) -> bool:
    """Whether a cell of a list, among others that may be anything, is a version."""
    return len(cell) <= _MOST_DIGITS and _STORED.fullmatch(cell) is not None


def read(stored: str) -> Version:
    """Read a stored text; Flyway itself stores numbers with dots only."""
    return Version(key_of(stored), stored) if is_listed(stored) else InvalidVersion((-1,), stored)


def typed(text: str) -> Version | None:
    """Read a version that a user typed."""
    return read(text) if is_listed(text) else None


def bare(version: Version) -> str:
    """What is stored for a file of this version: its text, with dots."""
    return version.text.replace("_", ".")


def respelled(version: Version, like: str) -> Version:
    """The version with the separators of another text."""
    spelt = version.text.replace(".", "_") if "_" in like else version.text
    return FileVersion(version.key, version.text, spelt=spelt)


def distance(one: Version, other: Version) -> float:
    """How far two versions are apart, to sort by."""
    a, b = _parts(one.key), _parts(other.key)
    for place, (mine, theirs) in enumerate(zip(a, b, strict=False)):
        if mine != theirs:
            return abs(mine - theirs) / 1000.0**place
    return abs(len(a) - len(b)) / 1000.0 ** min(len(a), len(b))


def moment(version: Version) -> str | None:
    """The moment that a version of a timestamp's length stands for, whether or not it is a date."""
    parts = _parts(version.key)
    digits = "".join(map(str, parts))
    return digits if len(digits) == _STAMP_DIGITS and len(parts) == 1 else None


def odd_length(version: Version) -> int | None:
    """No length is odd."""
    del version
    return None


def step(version: Version, direction: int) -> Version | None:
    """The next second of a timestamp, the next last number of anything else."""
    *head, last = _parts(version.key)
    stepped, stamp = last + direction, moment(version)
    try:
        if stamp is not None:
            then = datetime.strptime(stamp, _STAMP)  # noqa: DTZ007  a version has no zone
            stepped = int((then + timedelta(seconds=direction)).strftime(_STAMP))
    except (ValueError, OverflowError):
        pass
    return _written([*head, stepped], version) if stepped > 0 or (head and stepped >= 0) else None


def next_free(version: Version, taken: Collection[VersionKey]) -> Version:
    """Count the last number up to the first version that is not taken."""
    *head, last = _parts(version.key)
    while True:
        last += 1
        found = _written([*head, last], version)
        if found.key not in taken:
            return found


def newest_of_all(versions: Sequence[Version], taken: Iterable[VersionKey], now: str) -> str:
    """The present moment if moments are what is used; else the first number after all."""
    newest = max([_parts(it.key) for it in versions] + [*map(_parts, taken)], default=(0,))
    if len(str(newest[0])) == _STAMP_DIGITS and int(now) > newest[0]:
        return now
    return str(newest[0] + 1)


def last_as_wide(version: Version, taken: Iterable[VersionKey]) -> str:
    """The first number after all taken ones that have no more digits than this one's first."""
    digits = len(str(_parts(version.key)[0]))
    fitting = [it[0] for it in map(_parts, taken) if len(str(it[0])) <= digits]
    return str(max(fitting, default=0) + 1)


def issue(settled: Iterable[Version], taken: Iterable[VersionKey], now: str) -> Iterator[str]:
    """Hand out versions for new files: moments where those are used, else whole numbers."""
    number = int(newest_of_all([*settled], taken, now))
    while True:
        yield str(number)
        number += 1


def plain(number: int) -> Version:
    """The version of a stored text that is just a number."""
    return read(str(number))


def plain_numbers(keys: Collection[VersionKey]) -> Container[int]:
    """The numbers whose plain versions have one of these keys."""
    return {it[0] for it in map(_parts, keys) if len(it) == 1}


def _written(parts: Sequence[int], like: Version) -> Version:
    """A version of these numbers, with the zeros in front and the separators of another."""
    first = str(parts[0]).zfill(len(re.split(r"[._]", like.text)[0]))
    text = ".".join([first, *map(str, parts[1:])])
    return respelled(Version(key_of(text), text), like.written)


def _parts(key: VersionKey) -> tuple[int, ...]:
    return cast("tuple[int, ...]", key)
