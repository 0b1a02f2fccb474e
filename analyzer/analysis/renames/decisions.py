"""Decisions: which files an answer of the user's, or a recorded rename, means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from analyzer.analysis.renames.assignment import Pair
from analyzer.analysis.renames.rename_hints import Ends
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import MigrationFile, without_suffix
from analyzer.model.core.version import Version
from analyzer.model.findings.rename import Decision

Key = Version | str  # a version, or a name or path


class _FromTo(Protocol):
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...


Said = TypeVar("Said", bound=_FromTo)


def key(text: str, numbering: Numbering) -> Key:
    """What an OLD or NEW is looked up by: a version as the user types it, or a name or path."""
    version = numbering.typed(text)
    return text if version is None else version


def is_whole(numbering: Numbering) -> bool:
    """Whether a version is the whole name of a file, and not what that begins with."""
    return bool(getattr(numbering, "whole", False))


def recorded_as(file: MigrationFile, numbering: Numbering) -> str:
    """What a record calls a migration: its version where that is a whole name, else its name."""
    return file.version.text if is_whole(numbering) else without_suffix(file.basename)


def keys(file: MigrationFile) -> tuple[Key, ...]:
    """List the keys of a file: its version, its base name and its path."""
    names = (file.basename, file.path, file.stem)
    return tuple(dict.fromkeys((file.version, *names)))


def named(file: MigrationFile, text: str, numbering: Numbering) -> bool:
    """Whether an OLD or NEW means this file."""
    return key(text, numbering) in keys(file)


def by_key(files: Iterable[MigrationFile]) -> Mapping[Key, Sequence[MigrationFile]]:
    """The files by all that they may be called."""
    found: dict[Key, list[MigrationFile]] = defaultdict(list)
    for file in files:
        for one in keys(file):
            found[one].append(file)
    return found


class DecisionIndex:
    """The user's decisions, indexed by the files of both sides."""

    def __init__(self, ends: Ends, numbering: Numbering) -> None:
        self._numbering = numbering
        self._old, self._new = by_key(ends.old.values()), by_key(ends.new.values())

    def pairs(self, decision: Decision) -> Iterator[Pair]:
        """All pairs that a decision speaks of."""
        for old in self._old.get(key(decision.old, self._numbering), ()):
            for new in self._new.get(key(decision.new, self._numbering), ()):
                yield old.path, new.path


class PairIndex(Generic[Said]):
    """Decisions or recorded renames, indexed by pair; the first one counts."""

    def __init__(self, said: Iterable[Said], numbering: Numbering) -> None:
        self._said: dict[tuple[Key, Key], tuple[int, Said]] = {}
        for place, one in enumerate(said):
            pair = key(one.old, numbering), key(one.new, numbering)
            self._said.setdefault(pair, (place, one))

    def of(self, old: MigrationFile, new: MigrationFile) -> Said | None:
        """Find the entry that makes the two files one migration, if any."""
        if not self._said:
            return None
        asked = ((one, other) for one in keys(old) for other in keys(new))
        found = [self._said[pair] for pair in asked if pair in self._said]
        return min(found, key=lambda hit: hit[0])[1] if found else None
