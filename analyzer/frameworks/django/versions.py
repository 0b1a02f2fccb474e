"""Versions of Django: an app's label, a dot, and the name of a module."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from typing import cast

from analyzer.model.core.version import InvalidVersion, Version, VersionKey

_KEY = re.compile(r"(?P<app>[A-Za-z_]\w*)\.(?P<name>(?P<number>[0-9]*)[^\s./\0]+)", re.ASCII)
_DIGITS = 4  # that the tool's generator writes
_TYPED = re.compile(r"(?P<app>[A-Za-z_]\w*)[ .](?P<name>[^\s./]+)", re.ASCII)


class DjangoVersions:
    """The port ``Numbering`` of Django. A number is a convention: dependencies tell the order."""

    form = "an app's label, a dot and a migration's name, such as shop.0002_song"

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list is a label, a dot and a name."""
        return self.read(cell).is_valid

    def read(self, stored: str) -> Version:
        """Read a label and a name."""
        found = _KEY.fullmatch(stored)
        if found is None:
            return InvalidVersion(stored, stored)
        return Version(stored, stored, len(found["app"]) + 1)

    def typed(self, text: str) -> Version | None:
        """Read what a user typed; the tool's own commands have a blank where we have a dot."""
        found = _TYPED.fullmatch(text)
        return self.read(f"{found['app']}.{found['name']}") if found is not None else None

    def bare(self, version: Version) -> str:
        """The text as it is."""
        return version.text

    def respelled(self, version: Version, like: str) -> Version:
        """There is one way to write a version."""
        del like
        return version

    def distance(self, one: Version, other: Version) -> int:
        """How far the numbers of two names are apart; far, if they are of two apps."""
        apart = app_and_name(one.text)[0] != app_and_name(other.text)[0]
        return abs(_number(one.text) - _number(other.text)) + 10**9 * apart

    def moment(self, version: Version) -> str | None:
        """A number stands for no moment."""
        del version
        return None

    def odd_length(self, version: Version) -> int | None:
        """No length is odd: the number is a convention."""
        del version
        return None

    def step(self, version: Version, direction: int) -> Version | None:
        """The same name with the next number before or after; None where there is none."""
        number = _number(version.text) + direction
        return self.read(_renumbered(version.text, number)) if number >= 0 else None

    def next_free(self, version: Version, taken: Collection[VersionKey]) -> Version:
        """The same name with the first number after it that no other of the app has."""
        app = app_and_name(version.text)[0]
        used = {_number(text) for text in _texts(taken) if app_and_name(text)[0] == app}
        number = _number(version.text) + 1
        while number in used:
            number += 1
        return self.read(_renumbered(version.text, number))

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        """The number after all of the app that the last one is of."""
        del now
        return self._last(max([one.text for one in versions] + [*_texts(taken)]), taken)

    def last_as_wide(self, version: Version, taken: Iterable[VersionKey]) -> str:
        """The number after all of the app."""
        return self._last(version.text, taken)

    def _last(self, text: str, taken: Iterable[VersionKey]) -> str:
        app = app_and_name(text)[0]
        numbers = [_number(it) for it in (text, *_texts(taken)) if app_and_name(it)[0] == app]
        return f"{app}.{max(numbers) + 1:0{_DIGITS}}"

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        """Hand out the next numbers of the app that the last one is of."""
        del now
        last = max((one.text for one in settled), default="app.0000_none")
        app = app_and_name(last)[0]
        used = {_number(text) for text in _texts(taken) if app_and_name(text)[0] == app}
        number = max(used | {_number(last)}) + 1
        while True:
            yield f"{app}.{number:0{_DIGITS}}"
            number += 1

    def plain(self, number: int) -> Version:
        """No version is just a number."""
        return self.read(str(number))

    def plain_numbers(self, keys: Collection[VersionKey]) -> Container[int]:
        """No version is just a number."""
        del keys
        return frozenset()


def app_and_name(key: str) -> tuple[str, str]:
    """The two parts of a version."""
    app, _, name = key.partition(".")
    return app, name


def _number(text: str) -> int:
    found = _KEY.fullmatch(text)
    return int(found["number"] or 0) if found is not None else 0


def _renumbered(text: str, number: int) -> str:
    app, name = app_and_name(text)
    digits = re.match(r"[0-9]*", name)
    width = len(digits[0]) if digits is not None else 0
    return f"{app}.{number:0{width or _DIGITS}}{'' if width else '_'}{name[width:]}"


def _texts(keys: Iterable[VersionKey]) -> Iterator[str]:
    return (cast("str", key) for key in keys)
