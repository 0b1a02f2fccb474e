"""Decisions: which files an answer of the user's, or a recorded rename, means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from analyzer.analysis.renames.assignment import Pair
from analyzer.analysis.renames.rename_hints import Ends
from analyzer.limits import read_number
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.rename import Decision

Key = int | str  # a version as a number, or a name or path


class _FromTo(Protocol):
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...


Said = TypeVar("Said", bound=_FromTo)


def key(text: str) -> Key:
    """Normalise an OLD or NEW for look-up: digits are a version, all else a name or path."""
    number = read_number(text)
    return text if number is None else number


def keys(file: MigrationFile) -> tuple[Key, ...]:
    """List the keys of a file: its version, its base name and its path."""
    names = (file.basename, file.path, file.basename.removesuffix(".rb"))
    return tuple(dict.fromkeys((file.version.number, *names)))


def named(file: MigrationFile, text: str) -> bool:
    """Whether an OLD or NEW means this file."""
    return key(text) in keys(file)


def by_key(files: Iterable[MigrationFile]) -> Mapping[Key, Sequence[MigrationFile]]:
    """The files by all that they may be called."""
    found: dict[Key, list[MigrationFile]] = defaultdict(list)
    for file in files:
        for one in keys(file):
            found[one].append(file)
    return found


class DecisionIndex:
    """The user's decisions, indexed by the files of both sides."""

    def __init__(self, ends: Ends) -> None:
        self._old, self._new = by_key(ends.old.values()), by_key(ends.new.values())

    def pairs(self, decision: Decision) -> Iterator[Pair]:
        """All pairs that a decision speaks of."""
        for old in self._old.get(key(decision.old), ()):
            for new in self._new.get(key(decision.new), ()):
                yield old.path, new.path


class PairIndex(Generic[Said]):
    """Decisions or recorded renames, indexed by pair; the first one counts."""

    def __init__(self, said: Iterable[Said]) -> None:
        self._said: dict[tuple[Key, Key], tuple[int, Said]] = {}
        for place, one in enumerate(said):
            self._said.setdefault((key(one.old), key(one.new)), (place, one))

    def of(self, old: MigrationFile, new: MigrationFile) -> Said | None:
        """Find the entry that makes the two files one migration, if any."""
        if not self._said:
            return None
        asked = ((one, other) for one in keys(old) for other in keys(new))
        found = [self._said[pair] for pair in asked if pair in self._said]
        return min(found, key=lambda hit: hit[0])[1] if found else None
