"""``check --fix``: the gate's own steps as texts to write, and the edits as a new migration."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from analyzer.analysis.repair.follow_up import MigrationTexts as FollowUpTexts
from analyzer.analysis.repair.follow_up import find_gap
from analyzer.engines.registry import engine_in_hand
from analyzer.errors import RepositoryError
from analyzer.frameworks.path_names import name_at
from analyzer.frameworks.ports.writer import Writer
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.follow_up import FollowUp, Revision
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.model.gate.gate import Moved
from analyzer.model.plans.gate_steps import (
    BringBack,
    Move,
    RunCommand,
    Steps,
    TakeAway,
    WriteContent,
)
from analyzer.model.words.wording import listed
from analyzer.records import Struct, replace
from analyzer.sources.git.gaps import bring_in
from analyzer.sources.git.git import Repository
from analyzer.sources.git.work_tree import list_left_out
from analyzer.workflow.gate.trials.trial_reader import StepFailsError, TrialReader
from analyzer.workflow.repair.following_up import name_of, unwritten

Render = Callable[[Writer, FollowUp], str]
_SHOWN = 3


class PlannedFix(Struct, frozen=True):
    """What carrying the steps out would write; ``draft`` is the migration that holds the edits.

    ``root`` is the working tree's folder; ``before`` and ``after`` are texts by path from there,
    None where there is no such file. ``origins`` are, by path, the files that move there;
    ``executable`` says of what comes back from a commit whether it can be executed there.
    """

    root: str
    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]
    origins: Mapping[str, str]
    executable: Mapping[str, bool]
    draft: str | None = None


def steps_to_carry_out(
    findings: Sequence[Finding], is_file: Callable[[str], bool]
) -> tuple[Steps, ...]:
    """The steps of what shuts the gate, each once, in the order in which they can be carried out.

    What the application itself must run is left to a person, and so are links.
    """
    wanted = (finding.steps for finding in findings if finding.severity is not Severity.NOTE)
    return tuple(
        steps
        for steps in dict.fromkeys(wanted)
        if steps
        and not any(
            isinstance(step, RunCommand) or (isinstance(step, TakeAway) and not is_file(step.path))
            for step in steps
        )
    )


class Edits(Struct, frozen=True):
    """Merged migrations whose edits the steps take back, among all files of today."""

    moved: Sequence[Moved]
    files: FileSet
    added: Sequence[MigrationFile]

    def undone_by(self, steps: Sequence[Steps]) -> list[Moved]:
        """Those whose text goes back."""
        told = (step for each in steps for step in each)
        back = {step.path for step in told if isinstance(step, BringBack | WriteContent)}
        return [
            it
            for it in self.moved
            if it.old.blob != it.new.blob and back & {it.old.path, it.new.path}
        ]


def plan_fix(
    trial: TrialReader, steps: tuple[Steps, ...], edits: Edits, now: datetime, render: Render
) -> PlannedFix:
    """Carry steps out in memory, and draft a migration for what they take back.

    Args:
        trial: a fresh reader of the change; afterwards it shows the change with the fix.
        render: writes a follow-up as the text of a migration.

    Raises:
        StepFailsError: a step cannot be carried out.
    """
    undone, writer = edits.undone_by(steps), trial.framework.writer
    drafted = _follow_up(trial, edits, undone, now, steps) if undone else None
    trial.carry_out(step for each in steps for step in each)
    draft = None
    if drafted is not None and not drafted.empty:
        if writer is None:  # what the edits brought would be lost
            raise StepFailsError(drafted.path)
        draft = drafted.path
        trial.put(draft, render(writer, drafted).encode("utf-8", "surrogateescape"))
    executable = {
        step.path: trial.is_executable_at(step.commit, step.path)
        for each in steps
        for step in each
        if isinstance(step, BringBack)
    }
    return PlannedFix(
        str(trial.repository.work_tree),
        dict(trial.before),
        dict(trial.texts),
        dict(trial.origins),
        executable,
        draft,
    )


def _follow_up(
    trial: TrialReader,
    edits: Edits,
    undone: Sequence[Moved],
    now: datetime,
    steps: Sequence[Steps],
) -> FollowUp | None:
    content, same_code = trial.content, trial.framework.language.same_code
    revisions = {
        it.old.path: Revision(it.old, replace(it.new, path=it.old.path))
        for it in undone
        if not same_code(content(it.old.blob), content(it.new.blob))
    }
    if not revisions:
        return None
    texts = _texts(trial, edits, revisions)
    gap = find_gap(texts, None, engine_in_hand())
    moves = [it for each in steps for it in each if isinstance(it, Move)]
    left = _without(edits.files, {it.source for it in moves})
    path, class_name = name_of(trial.framework, left, _handed_out(trial, moves), now)
    dialect = max((it.parsed.dialect for it in texts.now if it.parsed.dialect), default=None)
    return FollowUp(
        revisions,
        gap.wanted,
        gap.there,
        gap.lacks,
        tuple(unwritten(texts, revisions, content, trial.framework.language)),
        None,
        path,
        class_name,
        dialect,
    )


def _without(files: FileSet, paths: Collection[str]) -> FileSet:
    return replace(files, files=tuple(it for it in files.files if it.path not in paths))


def _handed_out(trial: TrialReader, moves: Iterable[Move]) -> set[VersionKey]:
    """The versions that the steps themselves give to files."""
    names = (name_at(trial.framework.files, it.target) for it in moves)
    return {it.version.key for it in names if isinstance(it, MigrationName)}


def _texts(trial: TrialReader, edits: Edits, revisions: Mapping[str, Revision]) -> FollowUpTexts:
    """All files as the edits have them, beside the merged texts, under the merged names."""
    files = sorted(_under_old_names(edits, revisions), key=lambda file: (file.version, file.path))
    ran = {path: _read(trial, it.ran) for path, it in revisions.items()}
    return FollowUpTexts(
        [_read(trial, file) for file in files],
        ran,
        frozenset(revisions),
        frozenset(file.path for file in edits.added),
    )


def _under_old_names(edits: Edits, revisions: Mapping[str, Revision]) -> Iterator[MigrationFile]:
    back = {it.new.path: it.old for it in edits.moved}
    for file in edits.files.files:
        old = back.get(file.path)
        if old is None:
            yield file
        else:
            yield replace(old, blob=file.blob) if old.path in revisions else old


def _read(trial: TrialReader, file: MigrationFile) -> ReadMigration:
    parsed = trial.framework.language.parse(trial.content(file.blob))
    return ReadMigration(file.version, file.path, parsed)


def demand_here(repository: Repository, paths: Iterable[str]) -> None:
    """Insist that the files are in the working tree, where they are to be written.

    Raises:
        RepositoryError: a sparse checkout leaves some of them out.
    """
    if not repository.may_be_sparse:
        return
    absent = sorted(set(list_left_out(repository)).intersection(paths))
    if absent:
        raise RepositoryError(
            f"{listed(absent, _SHOWN)} must change, and is not in the working tree",
            why="a sparse checkout leaves it out; nothing was changed",
            fix=f"bring it in, then run the same command again: {bring_in(repository, absent)}",
        )
