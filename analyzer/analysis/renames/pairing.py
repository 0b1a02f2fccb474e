"""The rename map: each migration that ran, paired with the file that carries it today.

What has the same version and name on both sides stays as it is. The rest is weighed, every old
file against every new one that shares anything with it, and assigned all at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum, auto

from analyzer.analysis.renames.assignment import Assigned, Pair, assign
from analyzer.analysis.renames.candidates import candidates
from analyzer.analysis.renames.decisions import DecisionIndex, PairIndex
from analyzer.analysis.renames.rename_evidence import compare, evidence_for, similarity_of
from analyzer.analysis.renames.rename_hints import Ends, RenameHints
from analyzer.analysis.renames.similarity import CONTESTED, Agreement, strangers
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.rename import Confidence, Decision, Evidence, EvidenceKind, Rename
from analyzer.records import Struct, replace

Kept = tuple[MigrationFile, MigrationFile]  # as it ran, as it is today
_DECIDED = 1000.0  # the user's word outweighs any evidence


class Pairing(Struct, frozen=True):
    """The pairs found, and what is left of the files on both sides.

    ``kept``: same version, same name. ``renames``: another version, certain or probable.
    ``moved_in_place``: same version, other name. ``ambiguous``: candidates that assert nothing.
    ``supposed``: what rows that no history explains may stand for; certain where the user said so.
    """

    kept: tuple[Kept, ...]
    renames: tuple[Rename, ...]
    moved_in_place: tuple[Rename, ...]
    ambiguous: tuple[Rename, ...]
    supposed: tuple[Rename, ...] = ()

    @property
    def settled(self) -> tuple[Rename, ...]:
        """All changes of version that hold."""
        told = (it for it in self.supposed if it.confidence is not Confidence.AMBIGUOUS)
        return (*self.renames, *told)


def pair_files(
    then: Sequence[MigrationFile],
    today: Sequence[MigrationFile],
    hints: RenameHints,
    decisions: Sequence[Decision] = (),
    *,
    numbering: Numbering,
) -> Pairing:
    """Pair the files of the deployed commit with those of today.

    Args:
        then: the migrations that ran, at most one a path.  today: the code's migrations.
        hints: what speaks for pairs besides names.  decisions: the user's answers.
    """
    kept = _kept(then, today, hints)
    taken = {new.path for old, new in kept if old.path not in hints.claimants}
    ends = Ends(_but({old.path for old, _ in kept}, then), _but(taken, today))
    found = _weighed(ends, hints)
    accepted = PairIndex((it for it in decisions if it.accept), numbering)
    scribe = _Scribe(ends, hints, found, accepted)
    weights = _weights(found, DecisionIndex(ends, numbering), decisions)
    renames = [rename for assigned in assign(weights) for rename in scribe.settle(assigned)]
    stayed = {new.path: new for _, new in kept}
    renames += _came_to_stay(ends, renames, stayed, scribe)
    return _sorted(kept, renames)


class _Change(Enum):
    """The differences between the two files of a pair."""

    NONE = auto()
    NAME = auto()
    VERSION = auto()
    UNKNOWN = auto()  # whether they are one migration at all is open


def _change(rename: Rename) -> _Change:
    if rename.confidence is Confidence.AMBIGUOUS:
        return _Change.UNKNOWN
    if rename.old.version != rename.new.version:
        return _Change.VERSION
    return _Change.NONE if _key(rename.old) == _key(rename.new) else _Change.NAME


def _sorted(kept: Sequence[Kept], renames: Sequence[Rename]) -> Pairing:
    """Tell the pairs apart by what changed, if anything."""
    groups = {kind: [r for r in renames if _change(r) is kind] for kind in _Change}
    same = [(rename.old, rename.new) for rename in groups[_Change.NONE]]
    return Pairing(
        (*kept, *same),
        tuple(groups[_Change.VERSION]),
        tuple(groups[_Change.NAME]),
        tuple(groups[_Change.UNKNOWN]),
    )


def _kept(
    then: Iterable[MigrationFile], today: Iterable[MigrationFile], hints: RenameHints
) -> list[Kept]:
    """Files whose version and name are the same on both sides, wherever they lie."""
    by_name = {_key(file): file for file in today}
    texts = {file.blob for file in today}
    pairs = ((old, by_name.get(_key(old))) for old in then)
    return [
        (old, new)
        for old, new in pairs
        if new is not None and not _changed_hands(old, new, hints, texts)
    ]


def _changed_hands(
    old: MigrationFile, new: MigrationFile, hints: RenameHints, texts: Collection[str]
) -> bool:
    """Whether a name may have come to mean another migration, so that it has to be weighed.

    It holds what another ran with, if two of one name changed places. Or its text has nothing in
    common with what ran, and that went elsewhere (another file holds it, of ``texts``) or was
    written on another branch.
    """
    if old.blob == new.blob:
        return False
    if new.blob in hints.ran:
        return True
    elsewhere = hints.apart or len(hints.trails.get(old.path, ())) > 1 or old.blob in texts
    return elsewhere and strangers(hints.features_of(old.blob), hints.features_of(new.blob))


def _key(file: MigrationFile) -> tuple[VersionKey, str, str]:
    return file.version.key, file.name.slug, file.name.scope


def _but(settled: Collection[str], files: Iterable[MigrationFile]) -> dict[str, MigrationFile]:
    return {file.path: file for file in files if file.path not in settled}


def _weighed(ends: Ends, hints: RenameHints) -> dict[Pair, Agreement]:
    """The pairs that something speaks for."""
    found = {}
    squashed = {key for file in ends.new.values() for key in file.name.replaces}
    for old, new in candidates(ends, hints):
        if ends.old[old].version.text in squashed:
            continue  # another file stands for it, and is none of the migrations that it replaces
        agreed = compare(ends.old[old], ends.new[new], hints)
        if hints.are_apart(ends.old[old], ends.new[new]) and not agreed.was_carried:
            continue
        if agreed.plausible and not (hints.apart and agreed.coincidental):
            found[old, new] = agreed
    once = hints.stood_for(ends.new.values()) if found else frozenset()
    found = {it: agreed for it, agreed in found.items() if agreed.version not in once}
    return _without_chance(_without_later_claims(found, hints), ends, hints)


def _without_chance(
    found: dict[Pair, Agreement], ends: Ends, hints: RenameHints
) -> dict[Pair, Agreement]:
    """The pairs, where git did not have to choose among files that are the same to it.

    Where a commit takes one file away and brings several that do what it did, under other names,
    git pairs it with one of them; that is no evidence.
    """
    doubted = [pair for pair, agreed in found.items() if agreed.was_guessed]
    if not doubted or hints.arrivals is None:
        return found
    led_to = {new for (_, new), agreed in found.items() if agreed.trail is not None}
    commit_of = hints.arrivals().commit_of
    for old, new in doubted:
        chosen = found[old, new]
        for path in ends.new.keys() - led_to:
            if commit_of(path) == commit_of(new):
                rival = compare(ends.old[old], ends.new[path], hints)
                if rival.says_as_much_as(chosen):
                    found[old, path] = rival
                    found[old, new] = replace(chosen, trail=None)
    return found


def _without_later_claims(
    found: Mapping[Pair, Agreement], hints: RenameHints
) -> dict[Pair, Agreement]:
    """The pairs but those of files that only shared a version with one that ran, for a while.

    Such a file may be what one that ran was called then, or a copy of it: if it does the same as
    that one, or that one came to carry its name, what became of it became of that one.
    """
    ran: dict[str, list[tuple[str, Agreement]]] = defaultdict(list)
    for (old, new), agreed in found.items():
        if old not in hints.claimants:
            ran[new].append((old, agreed))

    def stands(old: str, new: str, claim: Agreement) -> bool:
        return old not in hints.claimants or not any(
            agreed.is_twin or claim.is_of_like(agreed) or old in hints.trails.get(rival, ())
            for rival, agreed in ran[new]
        )

    return {pair: agreed for pair, agreed in found.items() if stands(*pair, agreed)}


def _weights(
    found: Mapping[Pair, Agreement], meanings: DecisionIndex, decisions: Sequence[Decision]
) -> dict[Pair, float]:
    stayed = {new for (_, new), agreed in found.items() if agreed.same_version}
    weights = {
        pair: agreed.weight + CONTESTED * (pair[1] in stayed and not agreed.same_version)
        for pair, agreed in found.items()
    }
    for decision in decisions:
        for pair in meanings.pairs(decision):
            if decision.accept:
                weights[pair] = _DECIDED
            else:
                weights.pop(pair, None)
    return weights


def _came_to_stay(
    ends: Ends,
    renames: Sequence[Rename],
    stayed: Mapping[str, MigrationFile],
    scribe: "_Scribe",
) -> list[Rename]:
    """Names that a lineage left for one that ran as well: the database records it twice."""
    paired = {rename.old.path for rename in renames}
    hints = scribe.hints

    def the_same(old: MigrationFile, new: MigrationFile) -> bool:
        return not strangers(hints.features_of(old.blob), hints.features_of(new.blob))

    return [
        scribe.write(old, stayed[path], Confidence.CERTAIN)
        for old in ends.old.values()
        if old.path not in paired
        for path in list(hints.trails.get(old.path, ()))[::-1][:1]
        if path in stayed and path != old.path and the_same(old, stayed[path])
    ]


class _Scribe(Struct, frozen=True):
    """Writes assigned pairs down as renames, with their confidence and evidence."""

    ends: Ends
    hints: RenameHints
    found: Mapping[Pair, Agreement]
    accepted: PairIndex[Decision]

    def settle(self, assigned: Assigned) -> list[Rename]:
        """Say that an assigned pair is one migration, or that rivals leave it open."""
        pairs = (assigned.pair, *assigned.rivals)
        old, new = self._files(assigned.pair)
        decision = self.accepted.of(old, new)
        if decision is not None:
            words = decision.said or f"accepted: {decision.old}={decision.new}"
            said = Evidence(EvidenceKind.DECISION, words)
            return [self.write(old, new, Confidence.CERTAIN, said)]
        if assigned.rivals:
            return [self.write(*self._files(pair), Confidence.AMBIGUOUS) for pair in pairs]
        return [self.write(old, new, self.found[assigned.pair].confidence)]

    def _files(self, pair: Pair) -> tuple[MigrationFile, MigrationFile]:
        return self.ends.old[pair[0]], self.ends.new[pair[1]]

    def write(
        self, old: MigrationFile, new: MigrationFile, confidence: Confidence, *said: Evidence
    ) -> Rename:
        """Say that one became the other, with all that speaks for it."""
        found = self.found.get((old.path, new.path)) or compare(old, new, self.hints)
        evidence = (*said, *evidence_for(found))
        from analyzer.analysis.renames.renaming_commits import (
            renaming_commits,  # most runs have none
        )

        done_in = renaming_commits(found.trail, old.path, new.path, self.hints.arrivals)
        return Rename(old, new, confidence, similarity_of(found), evidence, renamed_in=done_in)
