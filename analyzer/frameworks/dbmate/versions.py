"""dbmate's versions: the leading digits of file names, as text; ``7`` and ``007`` are two.

Files run in the order of their whole names, where ``20_`` comes before ``2_``: a key is the digits
with what follows them in a name.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

from analyzer.model.core.version import InvalidVersion, Version, VersionKey

form = "digits only"

_STAMP, _STAMP_DIGITS = "%Y%m%d%H%M%S", 14
_AFTER = "_"  # what follows the digits
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def is_listed(cell: str) -> bool:
    """Whether a cell of a list is digits and nothing else."""
    return _DIGITS.fullmatch(cell) is not None


def read(stored: str) -> Version:
    """Read a stored text; dbmate itself stores digits only."""
    made = Version if is_listed(stored) else InvalidVersion
    return made(stored + _AFTER, stored)


def typed(text: str) -> Version | None:
    """Read a version that a user typed."""
    return read(text) if is_listed(text) else None


def bare(version: Version) -> str:
    """The digits of the file's name, as they are."""
    return version.text


def respelled(version: Version, like: str) -> Version:
    """There is one way to write a version."""
    del like
    return version


def distance(one: Version, other: Version) -> int:
    """How far two versions are apart."""
    return abs(_number(one.text) - _number(other.text))


def moment(version: Version) -> str | None:
    """The moment that a version of a timestamp's length stands for, whether or not it is a date."""
    return version.text if len(version.text) == _STAMP_DIGITS else None


def odd_length(version: Version) -> int | None:
    """No length is odd: texts are compared from their first digit on."""
    del version
    return None


def step(version: Version, direction: int) -> Version | None:
    """The next second of a timestamp, the next number as wide of anything else; None beyond."""
    stepped = _number(version.text) + direction
    try:
        if len(version.text) == _STAMP_DIGITS:
            then = datetime.strptime(version.text, _STAMP)  # noqa: DTZ007  a version has no zone
            stepped = int((then + timedelta(seconds=direction)).strftime(_STAMP))
    except (ValueError, OverflowError):
        pass
    text = str(stepped).zfill(len(version.text))
    return read(text) if stepped > 0 and len(text) == len(version.text) else None


def next_free(version: Version, taken: Collection[VersionKey]) -> Version:
    """Count up from a version to the first that is not taken, as wide."""
    number, width = _number(version.text), len(version.text)
    while True:
        number += 1
        found = read(str(number).zfill(width))
        if found.key not in taken:
            return found


def newest_of_all(versions: Sequence[Version], taken: Iterable[VersionKey], now: str) -> str:
    """The present moment if that sorts after all; else the one after the last."""
    last = max([one.text for one in versions] + [*_texts(taken)], key=_key, default="")
    if _key(now) > _key(last):
        return now
    after = step(read(last), 1)
    return after.text if after is not None else f"{last}9"


def last_as_wide(version: Version, taken: Iterable[VersionKey]) -> str:
    """The next number after all taken ones that are not longer, as wide as this one."""
    width = len(version.text)
    fitting = [_number(text) for text in _texts(taken) if len(text) <= width]
    return str(max(fitting, default=0) + 1).zfill(width)


def issue(settled: Iterable[Version], taken: Iterable[VersionKey], now: str) -> Iterator[str]:
    """Hand out versions: moments, or the next numbers of a sequence where that is what is used."""
    last = max((one.text for one in settled), key=_key, default="")
    used = set(_texts(taken))
    sequence = bool(last) and len(last) != _STAMP_DIGITS
    number = _number(last) + 1 if sequence else max(int(now), _number(last or "0") + 1)
    while True:
        text = str(number).zfill(len(last) if sequence else 0)
        if text not in used:
            yield text
        number += 1


def plain(number: int) -> Version:
    """The version of a stored text that is just a number."""
    return read(str(number))


def plain_numbers(keys: Collection[VersionKey]) -> Container[int]:
    """The numbers whose plain versions have one of these keys."""
    texts = [text for text in _texts(keys) if is_listed(text)]
    return {int(text) for text in texts if text == "0" or not text.startswith("0")}


def _number(text: str) -> int:
    return int(text) if is_listed(text) else 0


def _key(text: str) -> str:
    return text + _AFTER if text else ""


def _texts(keys: Iterable[VersionKey]) -> Iterator[str]:
    return (cast("str", key).removesuffix(_AFTER) for key in keys)


# In db/schema.sql


def written(text: str) -> Version:
    """A version as the schema file writes it."""
    return read(text)


def in_file_name(version: Version) -> str:
    """A version at the head of a file's name."""
    return version.text


def written_like(model: str, version: Version) -> str:
    """A version in the schema file: there is one way to write it."""
    del model
    return version.text


def _by_text(version: Version) -> str:
    return version.text


schema_orders = (_by_text,)
"""How dbmate sorts them: ``order by version asc``."""
