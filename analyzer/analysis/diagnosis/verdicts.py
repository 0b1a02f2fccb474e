"""Every applied row and every migration file gets exactly one verdict.

The holder of a row is the migration that ran under its version: a file of the deployed commit, or,
for a row that the deployed commit does not explain, the file that carried the version last. Where
two files carried one version the older one holds the row, if it was there alone before: a
framework refuses to run while two files share a version, so the younger cannot have run under it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from analyzer.analysis.diagnosis.new_names import Chosen, carry_new_names
from analyzer.analysis.renames.pairing import Pairing
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.diagnosis import (
    FileAmbiguous,
    FileApplied,
    FileBlocked,
    FilePending,
    FileRenamed,
    FileVerdict,
    RowAmbiguous,
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
    SeenFile,
)
from analyzer.model.findings.rename import Confidence, EvidenceKind, Rename
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct

CameBefore = Callable[[str, str], bool]


class Claim(Struct, frozen=True):
    """A version that two migrations carried: who holds its row (None: undecided), who does not.

    ``by_catalog``: what is in the database decides it.
    """

    row: AppliedRow
    holder: MigrationFile | None
    others: tuple[MigrationFile, ...]
    by_catalog: bool = False


class Verdicts(Struct, frozen=True):
    """All verdicts, in the order of the rows and of the files, and the contested versions."""

    rows: tuple[RowVerdict, ...]
    files: tuple[FileVerdict, ...]
    claims: tuple[Claim, ...]


def decide(
    rows: Sequence[AppliedRow],
    today: Sequence[MigrationFile],
    then: Sequence[SeenFile],
    pairing: Pairing,
    came_before: CameBefore,
    in_database: Chosen = lambda _files: None,
) -> Verdicts:
    """Give every row and every file its verdict.

    Args:
        then: the migrations that may have run, with where each was seen.
        came_before: whether a path was there before another came; then it had the version alone.
        in_database: the one of several migrations whose objects are there; None where unknown.
    """
    judge = _RowJudge(today, then, pairing, came_before, in_database)
    first: dict[VersionKey, AppliedRow] = {}
    row_verdicts: list[RowVerdict] = []
    for row in rows:
        if not row.version.is_valid:
            row_verdicts.append(RowOrphaned(row))
        elif row.version.key in first:
            row_verdicts.append(RowDoubled(row, first[row.version.key]))
        else:
            first[row.version.key] = row
            row_verdicts.append(judge.row(row))
    row_verdicts = carry_new_names(row_verdicts, pairing, in_database)
    file_verdicts = _judge_files(today, row_verdicts, pairing, first)
    return Verdicts(tuple(row_verdicts), tuple(file_verdicts), tuple(judge.claims))


class _RowJudge:
    def __init__(
        self,
        today: Sequence[MigrationFile],
        then: Sequence[SeenFile],
        pairing: Pairing,
        came_before: CameBefore,
        in_database: Chosen,
    ) -> None:
        self.today = _by_version(today)
        self.then: dict[VersionKey, list[SeenFile]] = defaultdict(list)
        for last_seen in then:
            self.then[last_seen.file.version.key].append(last_seen)
        self.kept = {old.path: new for old, new in pairing.kept}
        self.renamed = {rename.old.path: rename for rename in pairing.renames}
        self.in_place = {rename.old.path: rename.new for rename in pairing.moved_in_place}
        self.open = _candidates(pairing.ambiguous)
        self.supposed = pairing.supposed
        self.came_before, self.in_database = came_before, in_database
        self.claims: list[Claim] = []

    def row(self, row: AppliedRow) -> RowVerdict:
        claimants = self.then[row.version.key]
        if len(claimants) > 1:
            claimants = self._settle(row, claimants)
        if len(claimants) > 1:
            return self._undecided(row, claimants)
        return self._held(row, claimants[0]) if claimants else self._unknown(row)

    def _settle(self, row: AppliedRow, claimants: list[SeenFile]) -> list[SeenFile]:
        """The claimant whose objects are there; else the one that came before all others."""
        chosen = self.in_database([last_seen.file for last_seen in claimants])
        for last_seen in claimants:
            if last_seen.file == chosen:
                rest = tuple(other.file for other in claimants if other is not last_seen)
                self.claims.append(Claim(row, last_seen.file, rest, by_catalog=True))
                return [last_seen]
        for last_seen in claimants:
            others = [other.file for other in claimants if other is not last_seen]
            if all(self.came_before(last_seen.file.path, other.path) for other in others):
                self.claims.append(Claim(row, last_seen.file, tuple(others)))
                return [last_seen]
        self.claims.append(Claim(row, None, tuple(last_seen.file for last_seen in claimants)))
        return claimants

    def _undecided(self, row: AppliedRow, claimants: list[SeenFile]) -> RowVerdict:
        names = " and ".join(last_seen.file.basename for last_seen in claimants)
        candidates = [
            self.renamed[last_seen.file.path]
            for last_seen in claimants
            if last_seen.file.path in self.renamed
        ]
        why = f"{names} got this version independently; either may have run"
        return RowAmbiguous(row, tuple(candidates), why)

    def _held(self, row: AppliedRow, holder: SeenFile) -> RowVerdict:
        path = holder.file.path
        still = self.kept.get(path) or self.in_place.get(path)
        if still is not None:
            return RowMatched(row, still)
        if path in self.open:
            return RowAmbiguous(row, self.open[path], _why_open(self.open[path]))
        rename = self.renamed.get(path)
        squatters = self.today.get(row.version.key, [])
        if squatters:
            return RowReused(row, holder.file, squatters[0], rename)
        return RowRenamed(row, rename) if rename else RowDeleted(row, holder)

    def _unknown(self, row: AppliedRow) -> RowVerdict:
        files = self.today.get(row.version.key, [])
        if files:
            return RowMatched(row, files[0])
        may_be = tuple(it for it in self.supposed if it.old.version == row.version)
        if not may_be:
            return RowOrphaned(row)
        if may_be[0].confidence is not Confidence.AMBIGUOUS:
            return RowRenamed(row, may_be[0])
        names = enumerated([rename.new.basename for rename in may_be])
        why = f"no history has a file for it; everything {names} would create is in the database"
        return RowAmbiguous(row, may_be, why)


def _why_open(candidates: Sequence[Rename]) -> str:
    """Say why the candidates leave it open: what speaks against them, or that there are several."""
    notes = [
        evidence.detail
        for rename in candidates
        for evidence in rename.evidence
        if evidence.kind is EvidenceKind.NOTE and evidence.commit is None  # a doubt
    ]
    if notes:
        return "; ".join(dict.fromkeys(notes))
    if candidates[1:]:
        return "several files could be this migration"
    return "the file has something of what ran, not enough to be sure that it is the same"


def _candidates(ambiguous: Iterable[Rename]) -> dict[str, tuple[Rename, ...]]:
    found: dict[str, tuple[Rename, ...]] = {}
    for rename in ambiguous:
        found[rename.old.path] = (*found.get(rename.old.path, ()), rename)
    return found


def _by_version(files: Iterable[MigrationFile]) -> dict[VersionKey, list[MigrationFile]]:
    found: dict[VersionKey, list[MigrationFile]] = {}
    for file in files:
        found.setdefault(file.version.key, []).append(file)
    return found


def _judge_files(
    today: Sequence[MigrationFile],
    rows: Sequence[RowVerdict],
    pairing: Pairing,
    row_of: Mapping[VersionKey, AppliedRow],
) -> Iterable[FileVerdict]:
    """Derive the files' verdicts from the rows', so that the two never contradict each other."""
    matched = {
        verdict.file.path: verdict.row for verdict in rows if isinstance(verdict, RowMatched)
    }
    ran = _rows_behind(rows)
    holders = _holders(rows)
    renames = {rename.new.path: rename for rename in pairing.settled}
    still_open: dict[str, list[Rename]] = {}
    for verdict in rows:
        for candidate in verdict.candidates if isinstance(verdict, RowAmbiguous) else ():
            still_open.setdefault(candidate.new.path, []).append(candidate)
    for file in today:
        row = row_of.get(file.version.key)
        rename = renames.get(file.path)
        if file.path in still_open:
            yield FileAmbiguous(file, tuple(still_open[file.path]))
        elif rename and (rename.old.path in ran or file.path not in matched):
            yield FileRenamed(file, rename, ran.get(rename.old.path), matched.get(file.path))
        elif file.path in matched:
            yield FileApplied(file, matched[file.path])
        elif row is not None and file.version.key in holders:
            yield FileBlocked(file, row, holders[file.version.key])
        else:
            yield FilePending(file)


def _rows_behind(rows: Iterable[RowVerdict]) -> dict[str, AppliedRow]:
    """Old path to the row that shows that it ran under its old version."""
    return {
        verdict.rename.old.path: verdict.row
        for verdict in rows
        if isinstance(verdict, RowRenamed | RowReused) and verdict.rename is not None
    }


def _holders(rows: Iterable[RowVerdict]) -> dict[VersionKey, MigrationFile]:
    """Version to the migration that ran under it, where another file carries it today."""
    found: dict[VersionKey, MigrationFile] = {}
    for verdict in rows:
        if isinstance(verdict, RowReused):
            found[verdict.row.version.key] = verdict.ran
        elif isinstance(verdict, RowMatched):
            found[verdict.row.version.key] = verdict.file
        elif isinstance(verdict, RowAmbiguous) and verdict.candidates:
            found[verdict.row.version.key] = verdict.candidates[0].old
    return found
