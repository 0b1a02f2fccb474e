"""Migrations in the order in which they are taken to have run, and where that leads to.

The databases of one run have mostly run the same migrations, though not all in the same order. What
does not touch the same tables leads to the same whatever comes first, so that it is followed once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from analyzer.analysis.forecast.object_owners import Owners
from analyzer.analysis.forecast.simulated_changes import WITHIN_TABLES
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import objects
from analyzer.records import Struct, field

ParsedOf = Callable[[MigrationFile], Parsed]
Trails = Mapping[str, Sequence[tuple[int, str]]]
Conclusion = TypeVar("Conclusion")


class KnownEnd(Struct, frozen=True):
    """Where a course leads to, told of the paths that its migrations had.

    ``paths`` are in the order of their contents. Nobody changes ``owners``; what was concluded of
    them is kept.
    """

    files: tuple[MigrationFile, ...]
    paths: tuple[str, ...]
    owners: Owners
    concluded: list[tuple[object, Any]] = field(default_factory=list)

    def names(self, paths: Sequence[str]) -> dict[str, str] | None:
        """The paths here by those of another course; None where two that are apart were one."""
        found = dict(zip(paths, self.paths, strict=True))
        if len(found) == len(paths) == len(set(found.values())):
            return found
        pairs = len(set(zip(paths, self.paths, strict=True)))
        return found if len(found) == pairs == len(set(found.values())) else None

    def told_of(self, names: Mapping[str, str]) -> Owners:
        """A copy that tells of other paths. Args: names: as `names` gives them."""
        return self.owners.fork({there: here for here, there in names.items()})

    def conclude(self, of: object, conclusion: Callable[[Owners], Conclusion]) -> Conclusion:
        """What follows from this end and from something else; the same is concluded once."""
        for known, made in self.concluded:
            if known == of:
                found: Conclusion = made
                return found
        found = conclusion(self.owners)
        self.concluded.append((of, found))
        return found


KnownEnds = dict[tuple[frozenset[str] | None, tuple[str, ...]], list[KnownEnd]]
"""By the extensions at hand, and by the contents of what runs, in their own order."""


class AssumedOrder(Struct):
    """Migrations in the order in which they are taken to have run.

    ``known`` are the ends of courses that were followed before, for this database or another one.
    """

    start: Owners
    parsed_of: ParsedOf
    files: list[MigrationFile] = field(default_factory=list)
    known: KnownEnds = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def end(self) -> Owners:
        """The objects after all of them have run."""
        known, names = self.reached()
        return known.told_of(names)

    def reached(self) -> tuple[KnownEnd, Mapping[str, str]]:
        """Where it leads to, and the paths that this tells of by ours."""
        files = _by_contents(self.files)
        paths = tuple(file.path for file in files)
        alike = self.known.setdefault((self.start.world.available, _blobs(files)), [])
        for known in alike:
            names = known.names(paths)
            if names is not None and self._leads_to_the_same(self.files, known):
                return known, names
        owners, done = self._beginning()
        for file in self.files[done:]:
            owners.follow(file.path, self.parsed_of(file))
        alike.append(KnownEnd(tuple(self.files), paths, owners))
        return alike[-1], {path: path for path in paths}

    def _beginning(self) -> tuple[Owners, int]:
        """As far as another course leads to the same, and how many of our files that are."""
        for (available, blobs), ends in self.known.items():
            ours = self.files[: len(blobs)]
            begun = _by_contents(ours)
            if (available, blobs) != (self.start.world.available, _blobs(begun)):
                continue
            for known in ends:
                names = known.names([file.path for file in begun])
                if names is not None and self._leads_to_the_same(ours, known):
                    return known.told_of(names), len(blobs)
        return self.start.fork(), 0

    def _leads_to_the_same(self, files: Sequence[MigrationFile], known: KnownEnd) -> bool:
        """Whether migrations with the contents of known ones lead to the same, in their order."""
        if _blobs(files) == _blobs(known.files):
            return True
        theirs = known.conclude(Trails, lambda _: self._trails(known.files))
        return self._trails(files) == theirs

    def _trails(self, files: Iterable[MigrationFile]) -> Trails:
        """By each table that is touched, by which contents it is, in their order.

        One that may touch anything parts what comes before it from what comes behind it.
        """
        trails, part = defaultdict[str, list[tuple[int, str]]](list), 0
        for file in files:
            parsed = self.parsed_of(file)
            if not all(map(_stays_within, parsed.effects)):
                trails[""].append((part + 1, file.blob))
                part += 2
                continue
            for word in (*self._words_of(file), f"class {parsed.class_name}"):
                trails[word].append((part, file.blob))
        return trails

    def take_in(self, files: Sequence[MigrationFile]) -> None:
        """Count more migrations as run, each at its place."""
        known = {file.path for file in self.files}
        self.files += [file for file in files if file.path not in known]
        self.files.sort(key=lambda file: file.version)

    def with_each(self, waiting: Sequence[MigrationFile]) -> Iterator[tuple[MigrationFile, Owners]]:
        """For each of some files: the objects after all have run, with that file in its place.

        Of the later ones only those that touch the same tables are followed.
        """
        owners, rest = self.start.fork(), list(self.files)
        if rest and all(rest[-1].version <= file.version for file in waiting):
            owners, rest = self.end(), []  # as nearly always: they come behind all
        for file in sorted(waiting, key=lambda it: it.version):
            while rest and rest[0].version <= file.version:
                earlier = rest.pop(0)
                owners.follow(earlier.path, self.parsed_of(earlier))
            trial = owners.fork()
            trial.follow(file.path, self.parsed_of(file))
            touched = set(self._words_of(file))
            for later in rest:
                if not touched.isdisjoint(self._words_of(later)):
                    touched |= self._words_of(later)
                    trial.follow(later.path, self.parsed_of(later))
            yield file, trial

    def _words_of(self, file: MigrationFile) -> frozenset[str]:
        """The tables and indexes that a migration speaks of; an index is not always told whose."""
        if file.path not in self._words:
            found = (
                ref.name.partition(".")[0] if ref.kind != "index" else ref.name
                for effect in self.parsed_of(file).effects
                for _, ref in objects(effect)
                if ref.kind not in {"extension", "migration"}
            )
            self._words[file.path] = frozenset(found)
        return self._words[file.path]


def _by_contents(files: Iterable[MigrationFile]) -> list[MigrationFile]:
    return sorted(files, key=lambda file: file.blob)  # equal ones stay in their order


def _blobs(files: Iterable[MigrationFile]) -> tuple[str, ...]:
    return tuple(file.blob for file in files)


def _stays_within(effect: object) -> bool:
    """Whether it changes the tables that it names, and depends on nothing else."""
    further = ("cascade", "force", "query", "like", "temporary")
    return isinstance(effect, WITHIN_TABLES) and not any(
        getattr(effect, name, None) for name in further
    )
