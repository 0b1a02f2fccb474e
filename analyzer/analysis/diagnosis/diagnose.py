"""The diagnosis: verdicts, renames, name changes, edits and findings in one value."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from analyzer.analysis.diagnosis.file_findings import find_in_files
from analyzer.analysis.diagnosis.findings.unknown_rows import find_elsewhere
from analyzer.analysis.diagnosis.new_names import Chosen
from analyzer.analysis.diagnosis.row_findings import find_in_rows
from analyzer.analysis.diagnosis.verdicts import Verdicts, decide
from analyzer.analysis.renames.pairing import Pairing
from analyzer.frameworks.base import Framework
from analyzer.model.core.deployment import Deployed
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version import VersionKey
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    Edit,
    FileApplied,
    NameChange,
    RowAmbiguous,
    RowMatched,
    RowOrphaned,
    RowVerdict,
    SeenFile,
)
from analyzer.model.findings.rename import Confidence, Rename
from analyzer.records import Struct, field, replace

EffectsChanged = Callable[[str, str], bool | None]


class DiagnosisEvidence(Struct, frozen=True):
    """The input of a diagnosis besides rows and files."""

    then: tuple[SeenFile, ...]  # the migrations that may have run
    pairing: Pairing
    came_before: Callable[[str, str], bool]  # whether a path was there before another came
    deployed: Deployed | None
    in_database: Chosen = lambda _files: None  # the one of several whose objects are there
    elsewhere: Mapping[VersionKey, SeenFile] = field(default_factory=dict)  # files of other folders
    before: Callable[[Sequence[str]], Mapping[str, str]] = lambda _paths: {}
    """By path, what a file held before it was renamed, of those that were renamed back since."""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)  # that may have run, by path


def diagnose(
    table: VersionTable,
    files: FileSet,
    evidence: DiagnosisEvidence,
    effects_changed: EffectsChanged,
    *,
    framework: Framework,
    tomorrow: str,
) -> Diagnosis:
    """Give every row and every file exactly one verdict, and say what follows.

    Args:
        effects_changed: whether two contents (by id) do different things; None where unknown.
        framework: whose files and rows they are.  tomorrow: 14 digits, UTC.
    """
    pairing = evidence.pairing
    verdicts = decide(
        table.rows,
        files.files,
        evidence.then,
        pairing,
        evidence.came_before,
        evidence.in_database,
    )
    applied = {verdict.file.path for verdict in verdicts.rows if isinstance(verdict, RowMatched)}
    renames, name_changes = _renames(verdicts, pairing), _name_changes(pairing, applied)
    edits = tuple(_edits(evidence, applied, effects_changed))
    rows = tuple(_placed(verdict, evidence.elsewhere) for verdict in verdicts.rows)
    bare = Diagnosis(rows, verdicts.files, renames, name_changes, edits, ())
    environment = table.environment
    findings = (
        *find_in_rows(bare, verdicts.claims, evidence.deployed, environment, framework),
        *find_elsewhere(bare, files.directories, environment, framework.files.usual),
        *find_in_files(files, bare, environment, framework, tomorrow),
    )
    return replace(bare, findings=findings)


def _name_changes(pairing: Pairing, applied: Container[str]) -> tuple[NameChange, ...]:
    """The applied migrations that have another name at the same version."""
    return tuple(
        NameChange(rename.old, rename.new)
        for rename in pairing.moved_in_place
        if rename.new.path in applied
    )


def _placed(verdict: RowVerdict, elsewhere: Mapping[VersionKey, SeenFile]) -> RowVerdict:
    """An orphan with the file that another folder has for it, if one does."""
    if not isinstance(verdict, RowOrphaned) or not verdict.row.version.is_valid:
        return verdict
    return replace(verdict, elsewhere=elsewhere.get(verdict.row.version.key))


def _renames(verdicts: Verdicts, pairing: Pairing) -> tuple[Rename, ...]:
    """Every version change that matters here, open questions as ambiguous candidates."""
    recorded_as_new = {
        verdict.file.path for verdict in verdicts.files if isinstance(verdict, FileApplied)
    }
    undecided = [
        rename
        for verdict in verdicts.rows
        if isinstance(verdict, RowAmbiguous)
        for rename in verdict.candidates
    ]
    open_pairs = {_pair(rename) for rename in (*pairing.ambiguous, *undecided)}
    settled = [
        rename
        for rename in pairing.settled
        if _pair(rename) not in open_pairs and rename.new.path not in recorded_as_new
    ]
    by_pair = {_pair(rename): rename for rename in (*pairing.ambiguous, *undecided)}
    questions = [replace(rename, confidence=Confidence.AMBIGUOUS) for rename in by_pair.values()]
    return tuple(sorted((*settled, *questions), key=_in_order))


def _pair(rename: Rename) -> tuple[str, str]:
    return rename.old.path, rename.new.path


def _in_order(rename: Rename) -> tuple[VersionKey, str, VersionKey, str]:
    old, new = rename.old, rename.new
    return new.version.key, new.path, old.version.key, old.path


def _edits(
    evidence: DiagnosisEvidence, applied: set[str], effects_changed: EffectsChanged
) -> Iterable[Edit]:
    kept = [(old, new) for old, new in evidence.pairing.kept if new.path in applied]
    former = evidence.before([new.path for _, new in kept])
    for old, new in kept:
        ran = replace(old, blob=former.get(new.path, old.blob))
        if ran.blob != new.blob:
            changed = effects_changed(ran.blob, new.blob)
            sure = new.blob not in evidence.texts.get(old.path, ())
            yield Edit(ran, new, changed, sure, returned=new.path in former)
