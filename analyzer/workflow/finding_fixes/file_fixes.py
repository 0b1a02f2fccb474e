"""The fixes told of files: deleted, pending, late, or two with one name."""

from collections.abc import Callable, Sequence
from functools import cache

from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.analysis.diagnosis.findings.deleted import LACKING, restore_command
from analyzer.analysis.order.late_order import late_outcome, late_severity, read_late_order
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import RowDeleted
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.next_steps import Action
from analyzer.model.findings.prediction import Forecast, MigrationOutcome
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.model.gate.gate import Late
from analyzer.model.words.wording import enumerated
from analyzer.records import replace
from analyzer.workflow.finding_fixes.finding_context import FindingContext
from analyzer.workflow.forecast.blocking_objects import Obstacles
from analyzer.workflow.forecast.name_changes import (
    git_mv,
    git_rm,
    move_last,
    remove,
    shared,
    then,
)
from analyzer.workflow.forecast.other_databases import ask_others, merged_on
from analyzer.workflow.next_steps.typed_commands import typed

_EACH_ITS_OWN = "let each have a version of its own, of what ran the one that its row has"
_LOOK_AGAIN = "then run migdoctor diagnose again before any migrate"


def deleted(known: FindingContext, finding: Finding) -> Finding:
    """A row whose file is gone: it stays, and the file comes back if that is wanted."""
    row = known.row(finding)
    if not isinstance(row, RowDeleted):
        return finding
    seen = row.last_seen
    verdict = known.check.judge(Action(restored=(seen.file,)))
    fix = "leave the row, it does no harm"
    if verdict.allowed:
        where = f"; its file is on {seen.ref}" if seen.ref else ""
        command = restore_command(seen.file, seen.commit)
        fix = f"{fix}{where}; to restore the file here, if you want it: {command}"
    else:
        fix = f"{fix}; do not bring its file back, {told_briefly(verdict.faults)}"
    obstacles = Obstacles(known.check)
    if obstacles.needs_nothing(row):
        why = f"{finding.why.removesuffix(LACKING)}; new databases do not miss what it did"
        return replace(finding, severity=Severity.NOTE, why=why, fix=fix)
    sound = seen.ref is not None or obstacles.is_made(row)
    return replace(finding, severity=Severity.NOTE if sound else Severity.WARNING, fix=fix)


def edited(known: FindingContext, finding: Finding) -> Finding:
    """Edited after it ran: a follow-up that waits among the files need not be drafted again.

    What it brings is settled by the next migrate, so that nothing may stop that.
    """
    from analyzer.workflow.repair.following_up import follow_up, pending_follow_up

    waiting = pending_follow_up(known.check.inference, known.check.diagnosis)
    if waiting is None or finding.severity is Severity.NOTE:
        return finding
    found = follow_up(known.check.inference, known.check.diagnosis)
    rest = [it for it in found.lacks if it.path == finding.path and not it.open] if found else []
    if rest:
        return replace(finding, fix=f"{waiting.basename}, pending, adds some of it; {finding.fix}")
    fix = f"nothing more: {waiting.basename}, which is pending, adds what is missing"
    return replace(finding, severity=Severity.NOTE, fix=fix)


def pending(known: FindingContext, finding: Finding) -> Finding:
    """Judge the advice on a file that never ran and would run next."""
    it = _harms(known, finding.path)
    done = known.check.now.state.done.get(finding.path or "")
    forecast = known.forecast(finding.path)
    if done is not None and (forecast is None or forecast.outcome is not MigrationOutcome.NO_OP):
        return replace(finding, fix=f"do not run {known.check.migrate_name} yet: {done}")
    if it is None:
        return finding
    migrate = known.check.migrate_name
    return replace(finding, fix=f"do not run {migrate} yet: {it.because}")


def late(known: FindingContext, finding: Finding) -> Finding:
    """A file that never ran and sorts before one that did: a note where its order is no matter."""
    file = known.file(finding.path)
    if file is None:
        return finding
    rules, its_work = known.check.framework.preconditions, known.check.now.state.done
    if file.path in its_work or rules.skips_late or rules.refuses_late or _harms(known, file.path):
        return renumbered(known, finding)
    order = _order(known, file)
    why = (
        f"{known.check.migrate_name} runs it after them, while a database built from scratch runs "
        f"it before; {late_outcome(order)}"
    )
    told = replace(finding, severity=late_severity(order), why=why)
    if order.ties:
        return renumbered(known, told)
    look = "look at it: if the order makes no difference, " if order.unknown is not None else ""
    return replace(told, fix=f"{look}nothing, if it is meant to run")


def _order(known: FindingContext, file: MigrationFile) -> Late:
    """Whether it matters that a file runs after those that ran and sort after it."""
    check, ran = known.check, known.check.now.state.ran_as
    files, contents = check.inference.target.files.files, check.inference.contents

    @cache
    def spoken_in(one: MigrationFile) -> frozenset[str]:
        return check.framework.language.speaks_of(contents.text(one))

    return read_late_order(
        file,
        [one for one in files if one.path in ran and file.version < one.version],
        spoken_in,
        lambda one: ReadMigration(one.version, one.path, contents.parsed(one)),
    )


def renumbered(known: FindingContext, finding: Finding) -> Finding:
    """Judge the advice to give a file that never ran another number.

    Of what is merged the gate refuses another one, unless it is recorded.
    """
    file = known.file(finding.path)
    if file is None:
        return finding
    if file.path in known.check.now.state.done:
        return replace(finding, fix=f"do not renumber it: {known.check.now.state.done[file.path]}")
    verdict = known.check.judge(move_last(known.check, file))
    if not verdict.allowed:
        return replace(finding, fix=f"do not renumber it: {told_briefly(verdict.faults)}")
    if first := ask_others(known.check, [file]):
        return replace(finding, fix=first)
    merged = merged_on(known.check.inference.repository, known.check.framework, file)
    if not merged:
        return finding
    asked = replace(known.check.inference.request, decisions=(), deployed=None)
    record = typed(asked, "check", "--write-renames", "--base", merged, database=False)
    what, otherwise, rest = finding.fix.partition("; ")
    fix = f"{what}, and record that, as it is on {merged}: {record}{otherwise}{rest}"
    return replace(finding, fix=fix)


def misnumbered(known: FindingContext, finding: Finding) -> Finding:
    """A number that is no good; of what ran it stays."""
    file = known.file(finding.path)
    if (
        file is not None
        and finding.severity is Severity.NOTE
        and not known.check.has_run(file.path)
    ):
        return finding  # it has no other number
    if file is None or file.path not in known.check.now.state.done:
        return renumbered(known, finding)
    done = known.check.now.state.done[file.path]
    return replace(finding, fix=f"leave it: {done}, and under another number it would run again")


def shared_version(known: FindingContext, finding: Finding) -> Finding:
    """Two files with one version: those that never ran get others, if they may run.

    A repair that gives files the names back under which they ran may set them apart already.
    """
    group = shared(known.check, "version", finding.path)
    if group and known.ways.files.open and _is_apart(known, group):
        fix = "the repair gives each the version under which it ran: migdoctor rename-back"
        return replace(finding, fix=fix)
    ran = [file for file in group if file.path in known.check.now.state.ran_as]
    keeper = None if ran else _first(known, group)
    waiting = [file for file in group if file not in ran and file is not keeper]
    if len(ran) > 1 or not waiting:
        return replace(finding, fix=f"{_EACH_ITS_OWN}; {_LOOK_AGAIN}")
    return _apart(known, finding, group, waiting, move_last, git_mv)


def shared_class(known: FindingContext, finding: Finding) -> Finding:
    """Two files with one class: a copy of what ran goes."""
    group = shared(known.check, "class", finding.path)
    waiting = [file for file in group if file.path not in known.check.now.state.ran_as]
    if len(waiting) != 1 or len(group) < 2:  # noqa: PLR2004  a pair
        first = ask_others(known.check, group) if group else ""
        return replace(finding, fix=first or f"{finding.fix}; {_LOOK_AGAIN}")
    return _apart(known, finding, group, waiting, remove, git_rm)


def _is_apart(known: FindingContext, group: Sequence[MigrationFile]) -> bool:
    """Whether files no longer share a version once those that ran have their old names back."""
    moved = dict(known.ways.moves.moved)
    after = [moved.get(file.path, file).version.key for file in group]
    return len({*after}) == len(after)


def _first(known: FindingContext, group: Sequence[MigrationFile]) -> MigrationFile | None:
    """The file that had the version first, by history; else the first of the folder."""
    came_before = known.check.inference.came_before
    for file in group:
        if all(file is it or came_before(file.path, it.path) for it in group):
            return file
    return group[0] if group else None


def _apart(
    known: FindingContext,
    finding: Finding,
    group: Sequence[MigrationFile],
    waiting: Sequence[MigrationFile],
    part: Callable[..., Action],
    told: Callable[[Action], str],
) -> Finding:
    if first := ask_others(known.check, group):
        return replace(finding, fix=first)
    names = enumerated(file.basename for file in waiting)
    verdict = known.check.judge(action := part(known.check, *waiting))
    if not verdict.allowed:
        return replace(finding, fix=f"do not let {names} run: {told_briefly(verdict.faults)}")
    known.others.append(action)
    command = told(action)
    fix = f"{names} never ran here; if nowhere else either: {command}"
    return replace(finding, fix=f"{fix}{then(known.check, verdict)}", command=command)


def _harms(known: FindingContext, path: str | None) -> Forecast | None:
    """The forecast of a file that would fail, or lose what its text does not announce."""
    it = known.forecast(path)
    if it is None:
        return None
    loses = any(loss.file == it.file for loss in known.check.now.unannounced())
    return it if loses or it.outcome is MigrationOutcome.FAILS else None
