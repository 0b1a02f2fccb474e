"""Versions that are names of files: compared as text, counted by the number they begin with."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import cast

from analyzer.frameworks.keyed.facts import Facts
from analyzer.model.core.version import InvalidVersion, Version, VersionKey

_STAMP, _STAMP_DIGITS = "%Y%m%d%H%M%S", 14
_MILLISECONDS, _FINER = 13, 17  # digits of a Unix time in milliseconds, and of a finer stamp
_DIGIT = re.compile(r"[0-9]", re.ASCII)


class KeyedVersions:
    """The port ``Numbering`` by a tool's facts."""

    whole = True

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.form = f"the name of a file, such as {self._example(facts)}"
        self._head = re.compile(rf"{re.escape(facts.prefix)}(?:{facts.number})", re.ASCII)

    @staticmethod
    def _example(facts: Facts) -> str:
        stem = facts.example
        for suffix in () if facts.suffixed else facts.suffixes:
            stem = stem.removesuffix(suffix)
        return facts.prefix + stem

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list begins as the tool's names do."""
        return self._head.match(cell) is not None and self.read(cell).is_valid

    def read(self, stored: str) -> Version:
        """Read a stored name; one that no file can have is none."""
        name = stored.removeprefix(self._facts.prefix)
        fits = stored.startswith(self._facts.prefix) and name and not {"/", "\n", "\0"} & set(name)
        if self._facts.suffixed and not _numbers_only(name):
            fits = fits and name.endswith(self._facts.suffixes)
        unwritten = len(self._facts.prefix) if stored.startswith(self._facts.prefix) else 0
        return (Version if fits else InvalidVersion)(stored, stored, unwritten)

    def typed(self, text: str) -> Version | None:
        """Read a key that a user typed, with or without what the tool stores around the name."""
        for whole in (text, self._facts.prefix + text):
            found = self.read(whole)
            if found.is_valid:
                return found
        return None

    def bare(self, version: Version) -> str:
        """The key as it is stored."""
        return version.text

    def respelled(self, version: Version, like: str) -> Version:
        """The number of a version with the name of another text; there is one way to write it."""
        digits = self._digits(version.text)
        if not digits or not self._digits(like):
            return version
        text = self._renumbered(like, int(digits))
        return self.read(text) if text else version

    def distance(self, one: Version, other: Version) -> int:
        """How far the numbers of two names are apart."""
        return abs(self._number(one.text) - self._number(other.text))

    def moment(self, version: Version) -> str | None:
        """The moment that a name begins with."""
        digits = self._digits(version.text)
        if len(digits) == _MILLISECONDS:
            return datetime.fromtimestamp(int(digits) / 1000, UTC).strftime(_STAMP)
        return digits[:_STAMP_DIGITS] if len(digits) in (_STAMP_DIGITS, _FINER) else None

    def odd_length(self, version: Version) -> int | None:
        """No length is odd: names are compared from their first letter on."""
        del version
        return None

    def step(self, version: Version, direction: int) -> Version | None:
        """The same name with the next number, or second, before or after; None if there is none."""
        digits = self._digits(version.text)
        if not digits:
            return None
        number = int(digits) + direction
        if len(digits) == _STAMP_DIGITS:
            with suppress(ValueError, OverflowError):  # no moment, so that it is only counted
                then = datetime.strptime(digits, _STAMP)  # noqa: DTZ007  a version has no zone
                number = int((then + timedelta(seconds=direction)).strftime(_STAMP))
        text = self._renumbered(version.text, number)
        return self.read(text) if text else None

    def next_free(self, version: Version, taken: Collection[VersionKey]) -> Version:
        """The same name with the first number after it that no other name begins with."""
        heads = {self._digits(text) for text in _texts(taken)}
        found: Version | None = version
        while found is not None:
            found = self.step(found, 1)
            if found is not None and self._digits(found.text) not in heads:
                return found
        return self.read(f"{version.text}_")

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        """The present moment if that sorts after all; else the number after the last."""
        last = max([one.text for one in versions] + [*_texts(taken)], default="")
        mine = self._dressed(now, last)
        if mine > last:
            return mine
        digits = self._digits(last)
        return self._renumbered(self._head_of(last), int(digits) + 1) if digits else f"{last}_"

    def last_as_wide(self, version: Version, taken: Iterable[VersionKey]) -> str:
        """The next number after all taken ones, as wide as this one."""
        width = len(self._digits(version.text))
        fitting = [
            int(digits)
            for text in _texts(taken)
            if (digits := self._digits(text)) and len(digits) <= width
        ]
        return self._renumbered(self._head_of(version.text), max(fitting, default=0) + 1)

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        """Hand out numbers in the form of the last: moments, or the next of a sequence."""
        last = max((one.text for one in settled), default="")
        used = {self._digits(text) for text in _texts(taken)}
        head = self._head_of(last) or self._dressed(now, last)
        digits = self._digits(head)
        moments = len(digits) == _STAMP_DIGITS and now > digits
        number = int(now) if moments else int(digits or 0) + 1
        while True:
            text = self._renumbered(head, number)
            if self._digits(text) not in used:
                yield text
            number += 1

    def plain(self, number: int) -> Version:
        """The key of a text that is just a number."""
        return self.read(self._facts.prefix + str(number))

    def plain_numbers(self, keys: Collection[VersionKey]) -> Container[int]:
        """The numbers that some names begin with."""
        return {int(digits) for text in _texts(keys) if (digits := self._digits(text))}

    def _head_of(self, text: str) -> str:
        found = self._head.match(text)
        return found[0] if found else ""

    def _digits(self, text: str) -> str:
        return "".join(_DIGIT.findall(self._head_of(text)))

    def _number(self, text: str) -> int:
        return int(self._digits(text) or 0)

    def _renumbered(self, text: str, number: int) -> str:
        """A name with another number in the same places; empty where it does not fit."""
        head = self._head_of(text)
        digits = str(number).zfill(len(self._digits(text)))
        if number < 0 or len(digits) != len(self._digits(text)):
            return ""
        rest = iter(digits)
        return _DIGIT.sub(lambda _: next(rest), head) + text[len(head) :]

    def _dressed(self, now: str, like: str) -> str:
        """A moment as the tool's names begin: in the form of another name, or of the example."""
        model = self._head_of(like) or self._head_of(self._facts.prefix + self._facts.example)
        width = len(_DIGIT.findall(model))
        if width == _MILLISECONDS:
            then = datetime.strptime(now, _STAMP).replace(tzinfo=UTC)
            return self._renumbered(model, int(then.timestamp() * 1000))
        if width in (_STAMP_DIGITS, _FINER):
            return self._renumbered(model, int(now.ljust(width, "0")))
        return model


def _numbers_only(name: str) -> bool:
    return re.fullmatch(r"[0-9_]+", name) is not None


def _texts(keys: Iterable[VersionKey]) -> Iterator[str]:
    return (cast("str", key) for key in keys)
