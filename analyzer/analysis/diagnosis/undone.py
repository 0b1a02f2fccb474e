"""The work of migrations that ran, minus what later ones undid.

Where its work is gone, a row under its new version would say that it is there, and it would never
be made again. Whether that is wanted is for a person to say.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property

from analyzer.analysis.diagnosis.catalog_lookup import Lookup
from analyzer.analysis.diagnosis.remains import Remains
from analyzer.analysis.forecast.object_owners import Owners
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.renames.opposites import opposed, turned_round
from analyzer.analysis.renames.pairing import Pairing
from analyzer.engines.base import Engine
from analyzer.frameworks.registry import BOOKKEEPING
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.effects.content_features import ContentFeatures
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.rename import Confidence, Evidence, EvidenceKind, Rename
from analyzer.model.schema.catalog import Catalog
from analyzer.model.words.wording import listed
from analyzer.records import Struct, replace

_SHOWN = 3
_WORD = re.compile(r"\w+")
_CREATING = frozenset({"create_table", "CREATE", "create", "create_join_table"})
_ITSELF = ""  # stands for the migration whose work is followed; no path is empty


# with a dict: what is asked for each pair is worked out once
class Aftermath(Struct, frozen=True, dict=True):
    """The migrations that ran, and what the files and the catalogue tell of their work.

    ``ran``: those that have a row.
    ``now``: by the path under which one ran, the file that it is today; deleted ones are not there.
    ``features_of`` and ``words_of``: content id to what it is about, and to the words in it, so
    that only texts that matter are parsed; ``read_ahead`` reads many of them at once.
    """

    ran: Sequence[MigrationFile]
    now: Mapping[str, MigrationFile]
    parsed_of: Callable[[MigrationFile], Parsed]
    features_of: Callable[[str], ContentFeatures]
    words_of: Callable[[str], Collection[str]]
    read_ahead: Callable[[Iterable[str]], None]
    catalog: Catalog | None
    engine: Engine

    def doubt(self, rename: Rename) -> str | None:
        """Say why a row under the new version may be wrong; None where nothing suggests it."""
        made = _core(self.features_of(rename.old.blob).creates)
        again = self._made_again(rename)
        if again is not None or not made or self._has(made):
            return again
        passed = self._near(rename.old, made, rename.new)
        remains = self.remains(rename.old, passed) if passed else Remains((), {})
        lost = remains.lost
        if lost and not remains.stands:
            names = {file.path: file.basename for file in passed}
            by = sorted({names[path] for path in lost.values()})
            return (
                f"{listed(by, _SHOWN)} ran after it and dropped {_named(lost)} again; "
                f"{rename.new.basename} comes after that now and would create it again"
            )
        if self.lookup is None or self._has_some(_core(self.features_of(rename.new.blob).creates)):
            return None
        left = self.remains(rename.old, self._near(rename.old, made, None)).left
        if left and self._missing(left) and self._comparable:
            return f"the database has nothing that it created: {_named(left)}"
        return None

    def _made_again(self, rename: Rename) -> str | None:
        """The same of one that only takes away: a later one may have made it anew."""
        gone = _core(self.features_of(rename.old.blob).destroys)
        if not gone:
            return None if self.features_of(rename.old.blob).creates else self._turned_back(rename)
        passed = self._near(rename.old, gone, rename.new)
        back = [
            file.basename
            for file in passed
            if not self.features_of(file.blob).creates.isdisjoint(gone)
        ]
        if not back:
            return None
        return (
            f"{listed(back, _SHOWN)} ran after it and made {_named(_refs(gone))} again; "
            f"{rename.new.basename} comes after that now and would drop it again"
        )

    def _turned_back(self, rename: Rename) -> str | None:
        """The same of one that only sets: a later one may have set it as it was."""
        mine = self.features_of(rename.old.blob)
        if not mine.words or not self._passes(rename.old, rename.new):
            return None
        places = set.intersection(*(set(self._by_word(word)) for word in mine.words))
        for file in self._later(places, rename.old, rename.new):
            other = self.features_of(file.blob)
            if opposed(mine, other) or turned_round(mine, other):
                return (
                    f"{file.basename} ran after it and reset what it set; "
                    f"{rename.new.basename} comes after that now and would set it again"
                )
        return None

    def left_of(self, file: MigrationFile) -> tuple[ObjectRef, ...]:
        """List the objects that are left of its work after all others, under their last names."""
        made = _core(self.features_of(file.blob).creates)
        later = self._near(file, made, None) if made else []
        return self.remains(file, later).left if later else tuple(_refs(sorted(made)))

    def lacks(self, ref: ObjectRef) -> bool:
        """Whether the catalogue was read and does not have the object."""
        return self.lookup is not None and not self.lookup.has(ref)

    def remains(self, file: MigrationFile, later: Sequence[MigrationFile]) -> Remains:
        """Follow what a file makes through later ones: its tables, or else all that it makes."""
        owners = Owners(SimulatedDatabase.of_files(self.engine))
        owners.follow(_ITSELF, self.parsed_of(file))
        made = _outer(ref for ref, path in owners.made_by.items() if path == _ITSELF)
        for other in later:
            owners.follow(other.path, self.parsed_of(other))
        kinds, unsure = {ref.kind for ref in made}, owners.uncertain
        mine = [ref for ref, path in owners.made_by.items() if path == _ITSELF]
        left = tuple(ref for ref in mine if ref.kind in kinds and ref not in unsure)
        took = {ref: it.path for ref, it in owners.removed.items() if it.path != _ITSELF}
        lost = {ref: path for ref, path in took.items() if ref in made and ref not in unsure}
        return Remains(left, lost)

    def _near(
        self, file: MigrationFile, made: Collection[str], new: MigrationFile | None
    ) -> list[MigrationFile]:
        """Find the later migrations that may have undone its work.

        ``new``: only what comes before that one today, or is gone: a fresh start would
        end up with what it makes.
        """
        if new is not None and not self._passes(file, new):
            return []
        last = (name.partition(":")[2].rpartition(".")[2] for name in made)
        names = {word for name in last for word in _WORD.findall(name)}
        names |= {name.removesuffix("_id").removesuffix("_type") for name in names}
        places = {place for name in (*names, file.name.class_name) for place in self._by_word(name)}
        return self._later(places, file, new)

    def _later(
        self, places: Iterable[int], file: MigrationFile, new: MigrationFile | None
    ) -> list[MigrationFile]:
        later = (self._in_order[place] for place in sorted(places))
        return [
            other
            for other in later
            if other.version > file.version and (new is None or self._is_before(other, new))
        ]

    def _is_before(self, other: MigrationFile, new: MigrationFile) -> bool:
        now = self.now.get(other.path)
        return now is None or now.version < new.version

    def _passes(self, file: MigrationFile, new: MigrationFile) -> bool:
        """Whether anything that ran after it comes before it today: of most renames nothing does.

        Where a long row of files was renumbered, this is asked of each of them.
        """
        after = bisect_right(self._versions, file.version)
        if after == len(self._lowest):
            return False
        lowest = self._lowest[after]
        return lowest is None or lowest < new.version

    @cached_property
    def _in_order(self) -> list[MigrationFile]:
        return sorted(self.ran, key=lambda file: file.version)

    @cached_property
    def _versions(self) -> list[Version]:
        return [file.version for file in self._in_order]

    @cached_property
    def _lowest(self) -> list[Version | None]:
        """For each place, the lowest version that it and all after carry today; None: deleted."""
        found: list[Version | None] = []
        for file in reversed(self._in_order):
            now, after = self.now.get(file.path), found[-1] if found else None
            if now is None or (found and after is None):
                found.append(None)
            else:
                found.append(now.version if after is None else min(after, now.version))
        return found[::-1]

    def _by_word(self, word: str) -> Sequence[int]:
        return self._index.get(word, ())

    @cached_property
    def _index(self) -> Mapping[str, list[int]]:
        """Each word in the texts, with the places of those texts."""
        self.read_ahead(file.blob for file in self._in_order)
        found: dict[str, list[int]] = defaultdict(list)
        for place, file in enumerate(self._in_order):
            for word in self.words_of(file.blob):
                found[word].append(place)
        return found

    @cached_property
    def lookup(self) -> Lookup | None:
        """The catalogue, if there is one to look into."""
        if self.catalog is None:
            return None
        return Lookup(
            SimulatedDatabase.live(self.catalog, self.engine),
            SimulatedDatabase.of_files(self.engine),
        )

    @cached_property
    def _comparable(self) -> bool:
        """Whether any table is called in the database as in a file that ran and creates tables.

        Else it holds a copy of the rows alone, or all names have a prefix that files do not tell.
        """
        tables = self.catalog.schema.tables if self.catalog is not None else ()
        known = {name.rpartition(".")[2] for name in tables} - BOOKKEEPING
        self.read_ahead(file.blob for file in self.ran)
        texts = (set(self.words_of(file.blob)) for file in self.ran)
        return any(
            not known.isdisjoint(words) for words in texts if not _CREATING.isdisjoint(words)
        )

    def _has(self, names: Collection[str]) -> bool:
        """Whether the catalogue has all of what is named, and that is tables and columns only."""
        refs = _refs(names)
        plain = all(ref.kind in ("table", "column") for ref in refs)
        return self.lookup is not None and plain and all(map(self.lookup.has, refs))

    def _has_some(self, names: Collection[str]) -> bool:
        return self.lookup is not None and any(map(self.lookup.has, _refs(names)))

    def _has_table_of(self, ref: ObjectRef) -> bool:
        table = ObjectRef("table", ref.name.rpartition(".")[0])
        return ref.kind != "column" or self.lookup is None or self.lookup.has(table)

    def _missing(self, refs: Collection[ObjectRef]) -> bool:
        """Whether the catalogue can be asked and has none of them.

        Where a column's whole table is gone, that tells of the table, not of who added the column.
        """
        if not all(map(self._has_table_of, refs)):
            return False
        told = [ref for ref in refs if self.lookup is not None and self.lookup.tells(ref)]
        return self.lookup is not None and bool(told) and not any(map(self.lookup.has, told))


def with_doubts(pairing: Pairing, doubt: Callable[[Rename], str | None]) -> Pairing:
    """Leave those renames open that something speaks against, unless a person has decided."""
    kept, doubted = [], []
    for rename in pairing.renames:
        decided = any(it.kind is EvidenceKind.DECISION for it in rename.evidence)
        why = None if decided else doubt(rename)
        if why is None:
            kept.append(rename)
        else:
            said = (*rename.evidence, Evidence(EvidenceKind.NOTE, why))
            doubted.append(replace(rename, confidence=Confidence.AMBIGUOUS, evidence=said))
    if not doubted:
        return pairing
    return replace(pairing, renames=tuple(kept), ambiguous=(*pairing.ambiguous, *doubted))


def _core(names: Collection[str]) -> list[str]:
    """The tables; where there are none, whatever there is."""
    found = [name for name in names if not name.startswith("extension:")]
    return [name for name in found if name.startswith("table:")] or found


def _refs(names: Iterable[str]) -> list[ObjectRef]:
    return [ObjectRef(*name.split(":", 1)) for name in names]


def _outer(refs: Iterable[ObjectRef]) -> set[ObjectRef]:
    """The same of objects."""
    found = {ref for ref in refs if ref.kind != "extension"}
    return {ref for ref in found if ref.kind == "table"} or found


def _named(refs: Collection[ObjectRef]) -> str:
    return listed(sorted(f"{ref.kind} {ref.name}" for ref in refs), _SHOWN)
