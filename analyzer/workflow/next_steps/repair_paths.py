"""The facts of a finished walk that the path out of it depends on."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer.analysis.advice.file_steps import Draft
from analyzer.analysis.advice.repair_path import PathFacts, way_path, whole_path
from analyzer.analysis.advice.way_facts import Waiting, WayFacts
from analyzer.analysis.diagnosis.ambiguity import answers, disputed
from analyzer.errors import AnalyzerError
from analyzer.model.findings.advice import Naming
from analyzer.model.findings.diagnosis import RowAmbiguous
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.next_steps import CommitAhead, NextMigrate, NextStep
from analyzer.model.plans.hand_script import HandScript
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStep, PathSteps
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import visible
from analyzer.records import replace
from analyzer.workflow.finding_fixes.hidden_history import to_be_fetched
from analyzer.workflow.next_steps.by_script import by_script, git_here
from analyzer.workflow.next_steps.merge_step import merge_of
from analyzer.workflow.next_steps.trials import all_rows_of, can_rehearse, rows_tell, trial_of
from analyzer.workflow.next_steps.typed_commands import (
    naming,
    naming_beside,
    naming_for,
    naming_of_fleet,
    typed,
)
from analyzer.workflow.next_steps.unsaved_changes import unsaved_of
from analyzer.workflow.reading.files.application import typed_in
from analyzer.workflow.reading.request import Request
from analyzer.workflow.schema.schema_versions import read_schema_files
from analyzer.workflow.walk import Walk

_OF_ALL = "DATABASE_URL"


def path_by(
    done: Walk,
    plan: FilePlan | RowPlan,
    migrate: NextMigrate | None = None,
    draft: Draft | PathStep | None = None,
    request: Request | None = None,
    beside: FilePlan | None = None,
    script: HandScript | None = None,
) -> PathSteps:
    """The steps of a repair of one environment.

    Args:
        migrate: the one after it.
        draft: of the follow-up; or the step in its place, where a person writes it.
        request: names the database in commands; None for the one that was walked.
        beside: the files that change with rows.
        script: what holds it, for whoever asked for a script; None where nobody did.
    """
    request = request or done.inference.request
    if request.is_fleet and isinstance(plan, RowPlan):
        draft = None
    facts = _facts(done, plan, request, beside, script)
    facts = replace(facts, merges=merge_of(done, migrate), migrate=migrate)
    if isinstance(draft, PathStep):
        return way_path(replace(facts, brought=draft))
    facts = replace(facts, draft=draft)
    return way_path(replace(facts, rows=all_rows_of(done)) if facts.asks_rows else facts)


def _facts(
    done: Walk,
    plan: FilePlan | RowPlan,
    request: Request,
    beside: FilePlan | None,
    script: HandScript | None,
) -> WayFacts:
    name, rows = naming(request), isinstance(plan, RowPlan)
    is_live = request.rows is None and not request.is_fleet
    hand = by_script(done, plan, request, script, beside)
    return WayFacts(
        way=RepairKind.REWRITE if rows else RepairKind.RENAME_BACK,
        asked=naming_of_fleet(request) if request.is_fleet else name.asked,
        again=_again(request, rows=rows),
        database=name.database,
        by_hand=hand.lines,
        with_rows=hand.files,
        written=hand.written,
        paths=_both(paths_changed(done, plan), done, beside),
        added=_added(plan, beside) if hand.untold or beside is not None else (),
        unsaved=unsaved_of(done, moves=rows and beside is None, by_hand=bool(hand.lines)),
        git=git_here(done),
        can_rehearse=is_live and can_rehearse(done),
        can_back_up=done.engine.scratch is not None,
        is_live=is_live,
        command=done.inference.framework.commands.migrate,
        trial=trial_of(done, request, RepairKind.REWRITE if rows else RepairKind.RENAME_BACK),
        listed=visible(request.rows) if rows and request.rows not in (None, "-") else "",
        waiting=waiting_beside(request),
        combined=beside is not None,
        lost=_lost(done, request),
    )


def _lost(done: Walk, request: Request) -> PathStep | None:
    """The look at tables that a second run may have emptied; mostly there are none."""
    emptied = done.report.environments[0].diagnosis.emptied
    if not emptied:
        return None
    from analyzer.analysis.repair.lost_rows import lost_step

    live = request.rows is None and done.engine.why_without("recovery") is None
    return lost_step(emptied, naming(request).database, can_recover=live)


def waiting_beside(request: Request) -> Waiting | None:
    """The other configured environments; None where there are none."""
    others = request.named.others if request.named is not None else ()
    return Waiting(others, naming_beside(request)) if others else None


def _again(request: Request, *, rows: bool) -> str:
    """The options of the diagnosis afterwards: answers to the old question are no more."""
    fresh = replace(request, decisions=())
    if rows and request.deployed is not None:
        fresh = replace(fresh, deployed=None)
    return naming_of_fleet(fresh) if request.is_fleet else naming(fresh).asked


def paths_changed(done: Walk, plan: FilePlan | RowPlan) -> tuple[str, ...]:
    """The paths that a repair changes in the working tree, as git is to be told them."""
    files = plan.schema if isinstance(plan, RowPlan) else plan
    if isinstance(plan, RowPlan) and (_work_tree(done) is None or done.inference.request.ref):
        return ()  # the schema file is another patch then
    moved = [path for move in files.moves for path in (move.source, move.target)]
    return (*moved, *dict.fromkeys(line.path for line in files.schema_lines))


def _added(*plans: FilePlan | RowPlan | None) -> tuple[str, ...]:
    """The names that files get, which git does not know until it is told."""
    moves = [move for it in plans if isinstance(it, FilePlan) for move in it.moves]
    return tuple(dict.fromkeys(move.target for move in moves))


def _both(paths: tuple[str, ...], done: Walk, beside: FilePlan | None) -> tuple[str, ...]:
    more = paths_changed(done, beside) if beside is not None else ()
    return tuple(dict.fromkeys((*paths, *more)))


def _work_tree(done: Walk) -> Path | None:
    return done.inference.repository.work_tree


def found_follow_up(done: Walk) -> FollowUp | None:
    """What a follow-up is to bring; None where there is nothing, or nobody could write it."""
    if done.inference.framework.writer is None:
        return None
    from analyzer.workflow.repair.following_up import follow_up

    try:
        found = follow_up(done.inference, done.report.environments[0].diagnosis)
    except AnalyzerError:
        return None  # the repair says it, when it looks
    return None if found is None or not found.brings else found


def draft_of(done: Walk, found: FollowUp) -> Draft:
    """Where a follow-up is drafted and where it goes."""
    from analyzer.workflow.repair.kept_draft import draft_file

    file = draft_file(done.inference.framework)
    tell = rows_tell(done, found)
    if done.inference.request.ref is not None:
        return Draft(file, found.path, rows_tell=tell)
    return replace(draft_at(done, file, _from_here(done, found.path)), rows_tell=tell)


def _from_here(done: Walk, path: str) -> str:
    """A path of the working tree, as it is typed in the current folder."""
    top = _work_tree(done)
    aside = top is not None and git_here(done) != "git"
    return str(top / path) if aside and top is not None else path


def draft_at(done: Walk, file: str, target: str) -> Draft:
    """A draft with its place, and with the schema files that a run of it writes anew."""
    commands = done.inference.framework.commands
    schemas = tuple(_from_here(done, it) for it in _kept_schemas(done) if commands.dump)
    migrate = typed_in(done.inference.repository, done.inference.target)
    return Draft(file, target, schemas, f"{_for_development(done)}{migrate}")


def _for_development(done: Walk) -> str:
    """What goes before a command that is meant for development, in a shell set for production."""
    databases = done.inference.framework.databases
    if databases is None:
        return ""
    found = databases().in_development(os.environ)
    told = "".join(f"{name}={shell_word(value)} " for name, value in found.items())
    taken = os.environ.get(_OF_ALL, "").strip()  # would be taken for development's
    return f"env -u {_OF_ALL} {told}" if taken else told


def _kept_schemas(done: Walk) -> list[str]:
    """The schema files that git keeps: some teams have it ignore theirs."""
    repository = done.inference.repository
    found = [it.path for it in read_schema_files(repository, done.inference.target)]
    if not found or repository.work_tree is None:
        return []
    return repository.lines("ls-files", "-z", "--", *found)


def path_out(
    done: Walk,
    ways: tuple[PathSteps, ...],
    steps: tuple[NextStep, ...],
    migrate: NextMigrate,
    brought: PathStep | None,
    *,
    withheld: str = "",
    ahead: CommitAhead | None = None,
) -> PathSteps:
    """The whole path of one environment."""
    request = done.inference.request
    commits = commits_disputed(done)
    fetch = to_be_fetched(done.inference.repository, done.report.environments[0].diagnosis)
    return whole_path(
        PathFacts(
            command=done.inference.framework.commands.migrate,
            naming=_naming(request, ways, steps),
            git=git_here(done),
            ways=ways,
            steps=steps,
            is_open=bool(commits) or _is_open(done),
            is_disputed=bool(commits),
            fetch=f"{git_here(done)}{fetch.removeprefix('git')}" if fetch else "",
            settle=tuple(_deployments(done, commits) if commits else _answers(done)),
            withheld=withheld,
            certain=migrate.because if migrate.certain else "",
            ahead=ahead,
            advised=not request.is_fleet,
            lost=_lost(done, request),
            merges=merge_of(done, migrate),
            brought=brought,
            migrate=migrate,
        )
    )


def _naming(request: Request, ways: Sequence[PathSteps], steps: Sequence[NextStep]) -> Naming:
    by_ways = (line for way in ways for step in way for line in step.commands)
    name = naming_for(request, (*by_ways, *(it.command for it in steps if it.command)))
    return replace(name, asked=naming_of_fleet(request)) if request.is_fleet else name


def _is_open(done: Walk) -> bool:
    return any(isinstance(row, RowAmbiguous) for row in done.report.environments[0].diagnosis.rows)


def commits_disputed(done: Walk) -> tuple[str, ...]:
    """The commits of which one was deployed, where that decides what is to be repaired."""
    environment = done.report.environments[0]
    return disputed(environment.diagnosis, environment.deployed)


def _deployments(done: Walk, commits: Sequence[str]) -> Iterator[str]:
    """The diagnosis with each commit that may have been deployed; one of them is typed."""
    request = replace(done.inference.request, deployed=None)
    yield from (f"{typed(request, 'diagnose')} --deployed {commit}" for commit in commits)


def _answers(done: Walk) -> Iterator[str]:
    """The diagnosis with each answer that could settle a row; one of them is typed."""
    for row in done.report.environments[0].diagnosis.rows:
        if isinstance(row, RowAmbiguous):
            for answer in answers(row.candidates):
                yield f"{typed(done.inference.request, 'diagnose')} {answer}"
