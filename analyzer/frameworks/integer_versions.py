"""Integers: mostly a moment of 14 digits, else the next number of a sequence. Rails' are the model.

Source: ActiveRecord::MigrationContext (``version.to_i``), ActiveRecord::Migration
(``next_migration_number``), 5.0 to 8.1.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from analyzer.limits import read_number
from analyzer.model.core.version import InvalidVersion, Version, VersionKey

form = "digits only"

TIMESTAMP_DIGITS = 14
LONGEST_SEQUENCE = 8  # up to here a number is one of a sequence (001, 002), not a date

_STAMP = "%Y%m%d%H%M%S"
_STORED = re.compile(r"\s*([0-9]+)", re.ASCII)
_MOST_DIGITS = 4000  # Python refuses to read longer integers; no file system carries them


@lru_cache(maxsize=1 << 14)  # the same rows are read once for each action that is weighed
def read(stored: str) -> Version:
    """Read a stored text by its leading digits (Ruby's ``to_i``); 0, and invalid, without."""
    digits = _STORED.match(stored)
    if digits is None or len(digits[1]) > _MOST_DIGITS:
        return InvalidVersion(0, stored)
    return Version(int(digits[1]), stored)


def is_listed(cell: str) -> bool:
    """Whether a cell of a list is digits and nothing else."""
    return cell.isascii() and cell.isdecimal()


def typed(text: str) -> Version | None:
    """Read a version that a user typed: digits and nothing else."""
    number = read_number(text)
    return None if number is None else Version(number, text)


def bare(version: Version) -> str:
    """What is stored for a file of this version: the number, without leading zeros."""
    return str(_number(version))


def in_file_name(version: Version) -> str:
    """The number as a generator writes it: three digits at the least."""
    return bare(version).zfill(3)


def respelled(version: Version, like: str) -> Version:
    """The version as wide as another text."""
    return Version(version.key, bare(version).zfill(len(like)))


def plain(number: int) -> Version:
    """The version of a stored text that is just a number."""
    return Version(number, str(number))


def plain_numbers(keys: Collection[VersionKey]) -> Container[int]:
    """The numbers whose versions have one of these keys: the keys themselves."""
    return cast("Collection[int]", keys)


def distance(one: Version, other: Version) -> int:
    """How far two versions are apart."""
    return abs(_number(one) - _number(other))


def moment(version: Version) -> str | None:
    """The moment that a version of a timestamp's length stands for, whether or not it is a date."""
    digits = bare(version)
    return digits if len(digits) == TIMESTAMP_DIGITS else None


def odd_length(version: Version) -> int | None:
    """How many digits a version has that is neither a timestamp nor one of a sequence."""
    digits = len(bare(version))
    return digits if digits > LONGEST_SEQUENCE and digits != TIMESTAMP_DIGITS else None


def step(version: Version, direction: int) -> Version | None:
    """The next second of a timestamp, the next number of anything else; None below the first."""
    number, text = _number(version), bare(version)
    stepped = number + direction
    try:
        if len(text) == TIMESTAMP_DIGITS:
            then = datetime.strptime(text, _STAMP)  # noqa: DTZ007  a version has no zone
            stepped = int((then + timedelta(seconds=direction)).strftime(_STAMP))
    except (ValueError, OverflowError):
        pass
    return Version(stepped, str(stepped)) if stepped > 0 else None


def next_free(version: Version, taken: Collection[VersionKey]) -> Version:
    """Count up from a version to the first that is not taken; the text is as wide."""
    number = _number(version) + 1
    while number in taken:
        number += 1
    return Version(number, str(number).zfill(len(version.text)))


def newest_of_all(versions: Sequence[Version], taken: Iterable[VersionKey], now: str) -> str:
    """The present moment if that is newer than all; else the one after the newest.

    Args: versions: those of files.  taken: all further ones.  now: as 14 digits.
    """
    newest = max({_number(one) for one in versions} | set(_numbers(taken)), default=0)
    if newest and len(str(newest)) < TIMESTAMP_DIGITS:
        width = max((len(one.text) for one in versions), default=0)
        return str(newest + 1).zfill(width)
    if int(now) > newest:
        return now
    return str(step(Version(newest, ""), 1))


def last_as_wide(version: Version, taken: Iterable[VersionKey]) -> str:
    """The next number after all taken ones that have no more digits than this one's text."""
    digits = len(version.text)
    fitting = [number for number in _numbers(taken) if len(str(number)) <= digits]
    return str(max(fitting, default=0) + 1).zfill(digits)


def issue(settled: Iterable[Version], taken: Iterable[VersionKey], now: str) -> Iterator[str]:
    """Hand out versions one after the other, as a generator would number the next files.

    Args: settled: those that stay.  taken: all that are or were in use.  now: as 14 digits.
    """
    numbers = [(_number(one), one.text) for one in settled]
    newest, text = max([it for it in numbers if _is_usual(it[0])] or numbers, default=(None, ""))
    sequence = newest is not None and len(str(newest)) <= LONGEST_SEQUENCE
    first = int(now) if newest is None else newest + 1
    number = first if sequence else max(first, int(now))
    used = set(taken)
    while True:
        while number in used:
            number += 1
        yield str(number).zfill(len(text) if sequence else 0)
        number += 1


def _is_usual(number: int) -> bool:
    """Whether a version is no slip of the pen: of the length that a timestamp or sequence has."""
    digits = len(str(number))
    return digits <= LONGEST_SEQUENCE or digits == TIMESTAMP_DIGITS


def _number(version: Version) -> int:
    return cast("int", version.key)


def _numbers(keys: Iterable[VersionKey]) -> Iterator[int]:
    return (cast("int", key) for key in keys)
