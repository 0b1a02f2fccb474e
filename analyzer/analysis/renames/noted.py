"""Notes of what ran as evidence: they say which text ran under a row, and so which pairs hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from analyzer.analysis.renames.pairing import Pairing
from analyzer.analysis.renames.rename_hints import RenameHints
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.model.findings.rename import Confidence, Evidence, EvidenceKind, Rename
from analyzer.model.notes.noted_run import NotedRun
from analyzer.records import replace

Noted = Mapping[VersionKey, NotedRun]


def disputed(then: Sequence[SeenFile], noted: Noted) -> tuple[NotedRun, ...]:
    """The noted runs that what is inferred does not agree with."""
    by_key: dict[VersionKey, list[SeenFile]] = defaultdict(list)
    for seen in then:
        by_key[seen.file.version.key].append(seen)

    def agrees(run: NotedRun) -> bool:
        inferred = by_key[run.row.key]
        return len(inferred) == 1 and run.seen is not None and inferred[0].file == run.seen.file

    return tuple(run for run in noted.values() if not agrees(run))


def with_noted(then: Sequence[SeenFile], runs: Sequence[SeenFile]) -> tuple[SeenFile, ...]:
    """What may have run, with what did run in the place of all that was inferred of these rows."""
    keys = {seen.file.version.key for seen in runs}
    paths = {seen.file.path for seen in runs}
    others = (it for it in then if it.file.version.key not in keys and it.file.path not in paths)
    return (*others, *runs)


def by_notes(pairing: Pairing, noted: Noted, hints: RenameHints) -> Pairing:
    """The pairing with the word of notes: they settle rivals, and make certain what holds."""
    chosen, still_open = _settled(pairing, noted, hints)
    moved = [it for it in chosen if it.old.version == it.new.version]
    changed = [it for it in chosen if it.old.version != it.new.version]
    return replace(
        pairing,
        renames=tuple(_certain(it, noted) for it in (*pairing.renames, *changed)),
        moved_in_place=tuple(_certain(it, noted) for it in (*pairing.moved_in_place, *moved)),
        ambiguous=tuple(still_open),
    )


def _settled(
    pairing: Pairing, noted: Noted, hints: RenameHints
) -> tuple[list[Rename], list[Rename]]:
    """Of what is open that which a note settles, and the rest."""
    taken = {it.new.path for it in (*pairing.renames, *pairing.moved_in_place)}
    by_old: dict[str, list[Rename]] = defaultdict(list)
    for rename in pairing.ambiguous:
        by_old[rename.old.path].append(rename)
    chosen: dict[str, Rename] = {}
    for old, candidates in by_old.items():
        it = _followed(candidates, hints) if _is_noted(candidates[0], noted) else None
        if it is not None and it.new.path not in taken:
            chosen[old] = it
            taken.add(it.new.path)
    left = [
        it for it in pairing.ambiguous if it.old.path not in chosen and it.new.path not in taken
    ]
    return list(chosen.values()), left


def _followed(candidates: Sequence[Rename], hints: RenameHints) -> Rename | None:
    """The one candidate that has the text that ran, or that git's history leads to."""
    same = [it for it in candidates if it.new.blob == it.old.blob]
    if len(same) == 1:
        return same[0]
    traced = [it for it in candidates if hints.trail(it.old, it.new) is not None]
    return traced[0] if len(traced) == 1 and not same else None


def _is_noted(rename: Rename, noted: Noted) -> bool:
    run = noted.get(rename.old.version.key)
    return run is not None and run.seen is not None and run.seen.file == rename.old


def _certain(rename: Rename, noted: Noted) -> Rename:
    if not _is_noted(rename, noted):
        return rename
    run = noted[rename.old.version.key]
    commit = run.note.commit_id or ""
    said = Evidence(
        EvidenceKind.NOTE,
        f"note {run.note.number} of {run.note.recorded_at[:16].replace('T', ' ')} UTC: "
        f"{run.row} ran as {(run.note.path or '').rpartition('/')[2]}",
        commit,
    )
    return replace(rename, confidence=Confidence.CERTAIN, evidence=(*rename.evidence, said))
