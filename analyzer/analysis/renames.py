"""The rename map: each migration that ran, paired with the file that carries it today.

What has the same version and name on both sides stays as it is. The rest is weighed, every old
file against every new one that shares anything with it, and assigned all at once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.analysis.assignment import Assigned, Pair, assign
from analyzer.analysis.lineage import Appearance
from analyzer.analysis.weighing import CONTESTED, Agreement, Side, agreement, evidence_for
from analyzer.model.migration import MigrationFile
from analyzer.model.rename import Confidence, Decision, Evidence, EvidenceKind, Rename
from analyzer.model.substance import Substance

SubstanceOf = Callable[[str], Substance]
Trails = Mapping[str, Mapping[str, Appearance]]
_DECIDED = 1000.0  # the user's word outweighs any evidence


@dataclass(frozen=True, slots=True)
class Pairing:
    """What became of the files on both sides.

    ``kept``: same version, same name. ``renames``: another version, certain or probable.
    ``moved_in_place``: same version, other name. ``ambiguous``: candidates that assert nothing.
    """

    kept: tuple[tuple[MigrationFile, MigrationFile], ...]
    renames: tuple[Rename, ...]
    moved_in_place: tuple[Rename, ...]
    ambiguous: tuple[Rename, ...]


def pair_files(
    then: Sequence[MigrationFile],
    today: Sequence[MigrationFile],
    trails: Trails,
    substance_of: SubstanceOf,
    mentions: Callable[[str, str], bool],
    decisions: Sequence[Decision] = (),
    lookalikes: Collection[Pair] = (),
    *,
    apart: bool = False,
) -> Pairing:
    """Pair the files of the deployed commit with those of today.

    Args:
        then: the migrations that ran, at most one a path.  today: the code's migrations.
        trails: for each old path, the names that its lineage came to carry.
        substance_of: content id to what the content is about; asked only where it decides.
        mentions: whether a content (by id) holds a word.
        decisions: the user's answers.  lookalikes: path pairs whose texts git finds alike.
        apart: the deployed commit lies outside the target's history, where two branches may have
            given one number to two migrations.
    """
    kept = _kept(then, today)
    settled_old, settled_new = {old.path for old, _ in kept}, {new.path for _, new in kept}
    old_files = {file.path: file for file in then if file.path not in settled_old}
    new_files = {file.path: file for file in today if file.path not in settled_new}
    found = {
        pair: agreed
        for pair in _worth_a_look(old_files, new_files, trails, lookalikes)
        if (agreed := _compare(old_files[pair[0]], new_files[pair[1]], trails, substance_of))
    }
    found |= {
        pair: agreed
        for pair in _same_makers(old_files, new_files, found, substance_of, mentions)
        if (agreed := _compare(old_files[pair[0]], new_files[pair[1]], trails, substance_of))
    }
    if apart:
        found = {pair: agreed for pair, agreed in found.items() if not agreed.coincidental}
    weights = _weigh(found, old_files, new_files, decisions)
    settle = _Settler(old_files, new_files, found, substance_of, decisions, trails)
    renames = [rename for assigned in assign(weights) for rename in settle.settle(assigned)]
    renames += _came_to_stay(old_files, renames, dict(_by_path(today)), settled_new, settle)
    return Pairing(
        tuple(kept),
        tuple(r for r in renames if _asserted(r) and r.old.version != r.new.version),
        tuple(r for r in renames if _asserted(r) and r.old.version == r.new.version),
        tuple(r for r in renames if not _asserted(r)),
    )


def _came_to_stay(
    old_files: Mapping[str, MigrationFile],
    renames: Sequence[Rename],
    today: Mapping[str, MigrationFile],
    settled_new: Collection[str],
    settle: "_Settler",
) -> list[Rename]:
    """Names that a lineage left for one that ran as well: the database records it twice."""
    paired = {rename.old.path for rename in renames}
    return [
        settle.rename(old, today[path], Confidence.CERTAIN)
        for old in old_files.values()
        if old.path not in paired
        for path in list(settle.trails.get(old.path, ()))[::-1][:1]
        if path in settled_new and path != old.path
    ]


def _by_path(files: Iterable[MigrationFile]) -> Iterable[tuple[str, MigrationFile]]:
    return ((file.path, file) for file in files)


def _asserted(rename: Rename) -> bool:
    return rename.confidence is not Confidence.AMBIGUOUS


def _kept(
    then: Iterable[MigrationFile], today: Iterable[MigrationFile]
) -> list[tuple[MigrationFile, MigrationFile]]:
    """Files whose version and name are the same on both sides, wherever they lie."""
    by_name = {(file.version.number, file.name.slug, file.name.scope): file for file in today}
    return [
        (old, new)
        for old in then
        if (new := by_name.get((old.version.number, old.name.slug, old.name.scope))) is not None
    ]


def _worth_a_look(
    old_files: Mapping[str, MigrationFile],
    new_files: Mapping[str, MigrationFile],
    trails: Trails,
    lookalikes: Collection[Pair],
) -> list[Pair]:
    """Pairs with anything in common, so that contents are read only where they may decide."""
    by_slug: dict[str, list[str]] = defaultdict(list)
    by_version: dict[int, list[str]] = defaultdict(list)
    for path, file in new_files.items():
        by_slug[file.name.slug].append(path)
        by_version[file.version.number].append(path)
    pairs = {pair for pair in lookalikes if pair[0] in old_files and pair[1] in new_files}
    for path, file in old_files.items():
        near = {*by_slug[file.name.slug], *by_version[file.version.number]}
        near.update(name for name in trails.get(path, ()) if name in new_files)
        pairs.update((path, other) for other in near)
    return sorted(pairs)


def _same_makers(
    old_files: Mapping[str, MigrationFile],
    new_files: Mapping[str, MigrationFile],
    found: Collection[Pair],
    substance_of: SubstanceOf,
    mentions: Callable[[str, str], bool],
) -> list[Pair]:
    """Pairs of files without any partner that may make the same thing, under whatever name."""
    lonely_old = old_files.keys() - {old for old, _ in found}
    lonely_new = new_files.keys() - {new for _, new in found}
    pairs: list[Pair] = []
    for old in sorted(lonely_old):
        made = substance_of(old_files[old].blob).creates
        words = {name.rpartition(":")[2].rpartition(".")[2] for name in made}
        pairs.extend(
            (old, new)
            for new in sorted(lonely_new)
            if words and all(mentions(new_files[new].blob, word) for word in words)
        )
    return pairs


def _compare(
    old: MigrationFile, new: MigrationFile, trails: Trails, substance_of: SubstanceOf
) -> Agreement | None:
    """Weigh one pair; None where nothing speaks for it."""
    trail = trails.get(old.path, {}).get(new.path)
    found = agreement(Side(old, substance_of(old.blob)), Side(new, substance_of(new.blob)), trail)
    return found if found.plausible else None


def _weigh(
    found: Mapping[Pair, Agreement],
    old_files: Mapping[str, MigrationFile],
    new_files: Mapping[str, MigrationFile],
    decisions: Sequence[Decision],
) -> dict[Pair, float]:
    stayed = {new for (_, new), agreed in found.items() if agreed.same_version}
    weights = {
        pair: agreed.weight + CONTESTED * (pair[1] in stayed and not agreed.same_version)
        for pair, agreed in found.items()
    }
    for decision in decisions:
        for pair in _meant(decision, old_files, new_files):
            if decision.accept:
                weights[pair] = _DECIDED
            else:
                weights.pop(pair, None)
    return weights


def _meant(
    decision: Decision,
    old_files: Mapping[str, MigrationFile],
    new_files: Mapping[str, MigrationFile],
) -> list[Pair]:
    return [
        (old.path, new.path)
        for old in old_files.values()
        for new in new_files.values()
        if named(old, decision.old) and named(new, decision.new)
    ]


def named(file: MigrationFile, text: str) -> bool:
    """Whether a decision's OLD or NEW means this file: its version, its base name or its path."""
    if text.isascii() and text.isdigit():
        return file.version.number == int(text)
    return text in (file.basename, file.path, file.basename.removesuffix(".rb"))


@dataclass(frozen=True, slots=True)
class _Settler:
    """Turns assigned pairs into renames with their confidence and evidence."""

    old_files: Mapping[str, MigrationFile]
    new_files: Mapping[str, MigrationFile]
    found: Mapping[Pair, Agreement]
    substance_of: SubstanceOf
    decisions: Sequence[Decision]
    trails: Trails

    def settle(self, assigned: Assigned) -> list[Rename]:
        decision = self._decision(assigned.pair)
        if decision is not None:
            said = Evidence(EvidenceKind.DECISION, f"accepted: {decision.old}={decision.new}")
            return [self._rename(assigned.pair, Confidence.CERTAIN, (said,))]
        if assigned.rivals:
            pairs = (assigned.pair, *assigned.rivals)
            return [self._rename(pair, Confidence.AMBIGUOUS) for pair in pairs]
        return [self._rename(assigned.pair, self.found[assigned.pair].confidence)]

    def _decision(self, pair: Pair) -> Decision | None:
        old, new = self.old_files[pair[0]], self.new_files[pair[1]]
        for decision in self.decisions:
            if decision.accept and named(old, decision.old) and named(new, decision.new):
                return decision
        return None

    def _rename(
        self, pair: Pair, confidence: Confidence, extra: tuple[Evidence, ...] = ()
    ) -> Rename:
        return self.rename(self.old_files[pair[0]], self.new_files[pair[1]], confidence, extra)

    def rename(
        self,
        old: MigrationFile,
        new: MigrationFile,
        confidence: Confidence,
        extra: tuple[Evidence, ...] = (),
    ) -> Rename:
        """Say that one became the other, with all that speaks for it."""
        one, other = Side(old, self.substance_of(old.blob)), Side(new, self.substance_of(new.blob))
        trail = self.trails.get(old.path, {}).get(new.path)
        found = self.found.get((old.path, new.path)) or agreement(one, other, trail)
        return Rename(
            old, new, confidence, _similarity(found), (*extra, *evidence_for(one, other, found))
        )


def _similarity(found: Agreement) -> int:
    """Git's own number where one rename says all, else counted as git counts."""
    if found.trail is not None and len(found.trail.hops) == 1:
        return found.trail.hops[0].similarity or found.similarity
    return found.similarity
