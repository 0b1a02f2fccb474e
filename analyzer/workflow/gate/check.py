"""The gate: from a change to what it does to migrations that others may have run."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from analyzer.analysis.gate.tried_commands import with_less_harm
from analyzer.model.gate.gate import GateReport
from analyzer.records import replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.workflow.gate.check_comparison import (
    GateComparison,
    GateOptions,
    SeveralFrameworksError,
)
from analyzer.workflow.gate.check_run import GateRun
from analyzer.workflow.reading.request import Request

__all__ = ["GateOptions", "check", "prepare_fix"]

if TYPE_CHECKING:
    from analyzer.workflow.gate.check_fix import PlannedFix, Render


def check(request: Request, options: GateOptions, environment: Mapping[str, str]) -> GateReport:
    """Say what a change does to merged migrations, and whether its new ones will do.

    Raises:
        AnalyzerError: there is nothing to compare with, or something cannot be read.
    """
    try:
        return _checked(request, options, environment)
    except SeveralFrameworksError as several:
        each = (replace(request, framework=it) for it in several.names)
        return _together([_checked(it, options, environment) for it in each])


def _checked(request: Request, options: GateOptions, environment: Mapping[str, str]) -> GateReport:
    with _opened(request) as repository:
        gate = GateRun(GateComparison(repository, request, options, environment))
        report = gate.tried_report()
        if not options.staged:
            return replace(report, fixable=_is_fixable(gate, report))
        from analyzer.workflow.gate.trials.unstaged_answer import with_unstaged

        return with_unstaged(gate, report)


def _is_fixable(gate: GateRun, report: GateReport) -> bool:
    """Whether ``--fix`` would leave less to complain of."""
    if not gate.compared.head.work_tree or not any(it.steps for it in report.findings):
        return False
    from analyzer.workflow.gate.check_fix import Edits, steps_to_carry_out

    steps = steps_to_carry_out(report.findings, gate.has_file)
    changes = gate.changes
    edits = Edits((*changes.moved, *changes.edited), gate.sides.head, changes.added)
    if edits.undone_by(steps) and gate.reader.framework.writer is None:
        return False
    after = gate.attempt(steps) if steps else None
    return after is not None and with_less_harm(report.findings, after)


def _together(reports: Sequence[GateReport]) -> GateReport:
    """The reports of one change, each about another framework's migrations, as one."""
    return replace(
        reports[0],
        directories=tuple(dict.fromkeys(it for one in reports for it in one.directories)),
        compared=sum(one.compared for one in reports),
        added=sum(one.added for one in reports),
        findings=tuple(it for one in reports for it in one.findings),
        allowed=tuple(it for one in reports for it in one.allowed),
        notes=tuple(dict.fromkeys(it for one in reports for it in one.notes)),
        unread=tuple(dict.fromkeys(it for one in reports for it in one.unread)),
    )


def prepare_fix(
    request: Request, options: GateOptions, environment: Mapping[str, str], render: "Render"
) -> "tuple[GateReport, PlannedFix | None]":
    """Judge a change, and work out what ``--fix`` would write; None where it can do nothing.

    Raises:
        AnalyzerError: as ``check``; or what is checked is not what lies in the working tree.
    """
    from analyzer.workflow.gate.check_fix import Edits, demand_here, plan_fix, steps_to_carry_out
    from analyzer.workflow.gate.trials.trial_reader import StepFailsError, TrialReader

    with _opened(request) as repository:
        gate = GateRun(GateComparison(repository, request, options, environment))
        report = gate.tried_report()
        steps = steps_to_carry_out(report.findings, gate.has_file)
        if not steps:
            return report, None
        changes, files = gate.changes, gate.sides.head
        edits = Edits((*changes.moved, *changes.edited), files, changes.added)
        trial = TrialReader(gate.reader)
        try:
            fix = plan_fix(trial, steps, edits, request.now, render)
        except StepFailsError:
            return report, None
        demand_here(repository, fix.before)
        again = gate.after(trial)
        return report, fix if with_less_harm(report.findings, again.findings) else None


@contextmanager
def _opened(request: Request) -> Iterator[Repository]:
    with closing(open_repository(request.repo)) as repository:
        repository.ignore_replacements()  # a change is judged by what was committed
        yield repository
