"""Looking again after a repair: a fresh walk, and two measures compared."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from analyzer.analysis.repair import verification
from analyzer.cli.console import deliver, kind_of, say, screen
from analyzer.cli.entry import Manner
from analyzer.errors import AnalyzerError
from analyzer.model.plans.journal import Repair
from analyzer.model.plans.outcome import Ending, Outcome
from analyzer.model.schema.measure import Check, Measure
from analyzer.report.repair.repair_text import render_checks, render_outcome, render_repair_json
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk

_STATUS = {Ending.DONE: 0, Ending.DRY: 0, Ending.STOPPED: 1, Ending.UNKNOWN: 1}


def check_migrations(request: Request, *, rows_changed: bool) -> Check:
    """Diagnose again. Answers that settled the old question have no place in the new one."""
    fresh = replace(request, now=datetime.now(UTC), decisions=())
    if rows_changed:
        fresh = replace(fresh, deployed=None)
    try:
        report = walk(fresh).report
    except AnalyzerError as error:
        return Check("migrations", None, f"{error.what} ({error.why})")
    return verification.check_migrations(report.environments[0], report.findings)


def check_database(
    before: Measure, after: Measure | None, planned: Sequence[str]
) -> tuple[Check, ...]:
    """Compare what the database was with what it is."""
    if after is None:
        return (Check("database", None, "it could not be read afterwards"),)
    return (
        verification.check_rows(planned, after.rows),
        verification.check_structure(before, after),
        verification.check_counts(before, after),
    )


def conclude(
    command: str,
    outcome: Outcome,
    checks: Sequence[Check],
    repair: Repair | None,
    manner: Manner,
) -> int:
    """Say how it ended and what was checked; return the exit status."""
    width = screen(sys.stderr).width
    say(render_outcome(outcome, command, width))
    if checks:
        say("Checked afterwards:\n" + render_checks(checks, width))
    if manner.as_json:
        deliver(render_repair_json(repair, outcome, checks), manner.output, kind_of("json"))
    if checks and not verification.all_passed(checks):
        return 1
    return _STATUS[outcome.ending]
