"""How things stand, looked up anew: what is left of the path is seen from rows, files, journal."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from analyzer import limits
from analyzer.analysis.advice.deploy_step import deployed, looked, named_holds
from analyzer.analysis.advice.file_steps import committed, copied, followed, kept, placed
from analyzer.analysis.advice.joint_plan import held_for
from analyzer.analysis.advice.repair_path import waited
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.findings.report import Report
from analyzer.model.plans.repair_journal import Repair, RepairState
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.operations.repair.file_repair import files_print
from analyzer.operations.repair.journal_writing import read_script
from analyzer.records import Struct, replace
from analyzer.services.fix.rest_of_path import staged
from analyzer.services.repair.files.interrupted import open_renames
from analyzer.sources.files.bounded import read_file
from analyzer.sources.git.work_tree import list_changes
from analyzer.sources.journal.identity import read_identity
from analyzer.sources.journal.journal_reading import read_journal
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.repair_paths import (
    draft_at,
    waiting_beside,
)
from analyzer.workflow.next_steps.trials import trial_of
from analyzer.workflow.next_steps.typed_commands import secret_note, typed, typed_for_all
from analyzer.workflow.next_steps.unsaved_changes import unsaved_of
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.kept_draft import draft_file
from analyzer.workflow.walk import Walk, walk
from analyzer.workflow.walks import walk_all

_MESSAGE = "Repair migrations that were renamed after they ran"
_FIRST = frozenset({PathStage.LOST, PathStage.STOP})
_BY_PERSON = frozenset({PathStage.MERGE, PathStage.BRING})
_ONE_BY_ONE = frozenset({PathStage.SINGLE, PathStage.OTHERS})
_DRAFTED = re.compile(r"catch_up_with_edited_migrations(?:_\d+)?")


class World(Struct, frozen=True):
    """What a look around saw: the report, the finished walks, and the steps that are left.

    ``end`` comes when nothing is left here: the deploy, and the diagnosis after it. ``half_done``
    are repairs that were cut off.
    """

    report: Report
    walks: tuple[Walk, ...]
    path: PathSteps
    end: PathSteps = ()
    half_done: tuple[Repair, ...] = ()

    def walk_of(self, environment: str | None) -> Walk:
        """The walk of an environment; of the only one where none is named."""
        named = (it for it in self.walks if it.inference.request.environment == environment)
        return next(named, self.walks[0])


def look_around(requests: Sequence[Request]) -> World:
    """Diagnose all environments, and find what earlier repairs of these files left to do.

    Raises:
        AnalyzerError: something cannot be read.
    """
    half_done = tuple(open_renames(requests[0]))
    if len(requests) == 1 and not requests[0].is_fleet:
        done = walk(requests[0])
        path = done.report.environments[0].next_steps.path
        return _world(done.report, (done,), path, requests, half_done)
    found = walk_all(requests)
    path = found.report.joint.path if found.report.joint is not None else ()
    return _world(found.report, found.walks, path, requests, half_done)


def _world(
    report: Report,
    walks: tuple[Walk, ...],
    path: PathSteps,
    requests: Sequence[Request],
    half_done: tuple[Repair, ...],
) -> World:
    names = [it.name for it in report.unread]
    ahead = (held_for(names),) if names else (*_waiting(requests), *_deployed(walks))
    end = (*ahead, *_prepared(requests), looked(*_looking(requests)))
    return World(report, walks, _with_rest(path, walks, end), end, half_done)


def _prepared(requests: Sequence[Request]) -> Iterator[PathStep]:
    """The variable that the last command needs, where its address leaves the password out."""
    note = secret_note(requests[0])
    if note is not None and not requests[1:] and requests[0].named is None:
        yield PathStep(PathStage.PREPARE, note.rstrip("."))


def _with_rest(path: PathSteps, walks: Sequence[Walk], end: PathSteps) -> PathSteps:
    """The path, with what is left of repairs that were made already in its place."""
    if not walks or walks[0].inference.request.ref is not None:
        return path
    rest = tuple(_left(walks[0]))
    if not rest:
        return path
    if any(step.stage is PathStage.APPLY for step in path):
        urgent = tuple(it for it in rest if it.stage is PathStage.COMMIT)
        place = next(n for n, step in enumerate(path) if step.stage not in _FIRST)
        return (*path[:place], *urgent, *path[place:])
    if any(step.stage in _ONE_BY_ONE for step in path):  # which ends with a look of its own
        order = list(PathStage)
        return tuple(sorted((*path, *rest), key=lambda it: order.index(it.stage)))
    return (*rest, *(it for it in path if it.stage in _BY_PERSON), *end)


def _waiting(requests: Sequence[Request]) -> Iterator[PathStep]:
    waiting = None if requests[1:] else waiting_beside(requests[0])
    if waiting is not None:
        yield waited(waiting)


def _deployed(walks: Sequence[Walk]) -> Iterator[PathStep]:
    """What comes of the next migrate, as things are now."""
    if not walks:
        return
    command = walks[0].inference.framework.commands.migrate
    holds: list[PathStep] = []
    for done in walks:
        (it,) = done.report.environments
        migrate = it.next_steps.migrate
        if migrate.mends:
            return  # a step before says it, and what comes of it is looked at anew
        if not migrate.safe:
            held = deployed(migrate, command, trial=trial_of(done))
            several = it.table.environment if walks[1:] else None
            holds.append(replace(held, environment=several))
    if holds:
        yield from named_holds(holds)
        return
    yield deployed(walks[0].report.environments[0].next_steps.migrate, command)


def _looking(requests: Sequence[Request]) -> tuple[str]:
    fresh = [replace(request, decisions=()) for request in requests]
    line = typed_for_all(fresh, "diagnose") if fresh[1:] else typed(fresh[0], "diagnose")
    return (line.removeprefix("migdoctor diagnose").strip(),)


def _left(done: Walk) -> Iterator[PathStep]:
    """What is left to commit of repairs that were made, as it can be told from the files."""
    with suppress(AnalyzerError):  # a journal that cannot be read tells nothing
        repairs = _made_here(done)
        folders = {path.rpartition("/")[0] for it in repairs for path in _paths(it)}
        changed = list_changes(done.inference.repository, sorted(folders)) if folders else []
        mine = {path for it in repairs if _is_as_left(it, done) for path in _paths(it)}
        paths = tuple(path for path in changed if path in mine)
        if paths:
            yield _commit(paths, git_here(done), done.inference.repository.work_tree)
        elif (moved := unsaved_of(done, moves=True, by_hand=False)) is not None:
            yield replace(kept(moved, git_here(done)), stage=PathStage.COMMIT)
        yield from _follow_up(repairs, done)


def _made_here(done: Walk) -> list[Repair]:
    here = read_identity(done.inference.repository, ())
    return [
        it
        for it in read_journal()
        if it.state is RepairState.DONE
        and Path(it.repository.path).resolve() == Path(here.path).resolve()
    ]


def _paths(repair: Repair) -> tuple[str, ...]:
    return repair.file_part.paths if repair.file_part is not None else repair.files


def _is_as_left(repair: Repair, done: Walk) -> bool:
    root, part = done.inference.repository.work_tree, repair.file_part
    if root is None:
        return False
    after = part.after if part is not None else repair.after
    return files_print(root, _paths(repair)) == after


def _commit(paths: tuple[str, ...], git: str, root: Path | None) -> PathStep:
    return staged(committed(PathStage.COMMIT, git, _MESSAGE, paths), git, root)


def _follow_up(repairs: Sequence[Repair], done: Walk) -> Iterator[PathStep]:
    """The draft that the last repair kept, if its migration is not among the files yet."""
    kept = [it.follow_up for it in repairs if it.follow_up is not None][-1:]
    for script in kept:
        named = _DRAFTED.search(read_script(script))
        files = done.inference.target.files
        if named is None:
            continue
        there = [file.path for file in files.files if file.name.slug == named[0]]
        if there:
            yield from _uncommitted(there[0], done)
            continue
        from analyzer.workflow.repair.following_up import name_of

        rows = done.inference.table.rows
        taken = [row.version.key for row in rows if row.version.is_valid]
        framework = done.inference.framework
        path, _ = name_of(framework, files, taken, done.inference.request.now)
        mine = draft_file(framework)  # which may have been edited since
        is_mine = _is_draft(Path(mine), named[0])
        step = placed(draft_at(done, mine, path), git_here(done))
        yield step if is_mine else copied(step, script.path)


def _uncommitted(path: str, done: Walk) -> Iterator[PathStep]:
    """The commit of a follow-up that took its place, if there is none yet."""
    if path in list_changes(done.inference.repository, [path.rpartition("/")[0]]):
        yield followed(draft_at(done, "", path), git_here(done))


def _is_draft(path: Path, slug: str) -> bool:
    try:
        return slug.encode() in read_file(path, limits.BLOB_BYTES, UsageError)
    except (OSError, UsageError):
        return False
