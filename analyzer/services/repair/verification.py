"""Looking again after a repair: a fresh walk, and two measures compared."""

from collections.abc import Sequence
from datetime import UTC, datetime

from analyzer.analysis.repair import measure_comparison as verification
from analyzer.errors import AnalyzerError
from analyzer.model.schema.measure import Check, Measure
from analyzer.records import replace
from analyzer.workflow.next_steps.repair_paths import found_follow_up
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, walk


def check_migrations(request: Request, *, rows_changed: bool) -> Check:
    """Diagnose again. Answers that settled the old question have no place in the new one."""
    fresh = replace(request, now=datetime.now(UTC), decisions=())
    if rows_changed:
        fresh = replace(fresh, deployed=None)
    try:
        return check_walk(walk(fresh))
    except AnalyzerError as error:
        return Check("migrations", None, f"{error.what} ({error.why})")


def check_walk(done: Walk) -> Check:
    """Whether a repair did what it should, by the diagnosis after it."""
    environment, findings = done.report.environments[0], done.report.findings
    if environment.prediction.fails_at is None:
        return verification.check_migrations(environment, findings)
    found = found_follow_up(done)
    needed_by = found.needed_by if found is not None else ()
    return verification.check_migrations(environment, findings, needed_by)


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
