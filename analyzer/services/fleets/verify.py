"""Looking again after tenants of a fleet were changed: all of it is read and diagnosed anew."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from analyzer.analysis.repair.measure_comparison import check_migrations
from analyzer.errors import AnalyzerError
from analyzer.model.core.fleet import Fleet, FleetMember
from analyzer.model.schema.measure import Check
from analyzer.model.words.wording import count, listed
from analyzer.records import replace
from analyzer.services.fleets.plan import TenantPlan
from analyzer.workflow.fleets.fleet_walk import FleetWalk, walk_fleet
from analyzer.workflow.reading.request import Request

_SHOWN = 5


def check_fleet(request: Request, fleet: Fleet, changed: Sequence[TenantPlan]) -> tuple[Check, ...]:
    """Compare each tenant that was changed with what was planned, and diagnose again.

    Answers that settled the old question have no place in the new one.
    """
    fresh = replace(request, now=datetime.now(UTC), decisions=(), deployed=None)
    try:
        walk = walk_fleet(fresh, fleet)
    except AnalyzerError as error:
        return (Check("tenants", None, f"{error.what} ({error.why})"),)
    found = {member.name: member for it in walk.groups for member in it.group.members}
    return (
        _rows(found, changed),
        _structure(found, changed),
        *_migrations(walk, frozenset(it.member.name for it in changed)),
    )


def _rows(found: dict[str, FleetMember], changed: Sequence[TenantPlan]) -> Check:
    others = [
        it.member.name
        for it in changed
        if it.member.name not in found or found[it.member.name].rows != it.plan.after
    ]
    if others:
        names = listed(others, _SHOWN)
        return Check("rows", passed=False, detail=f"not those that were planned in {names}")
    return Check("rows", passed=True, detail=f"just as planned in {_tenants(changed)}")


def _structure(found: dict[str, FleetMember], changed: Sequence[TenantPlan]) -> Check:
    others = [
        it.member.name
        for it in changed
        if it.member.name in found and found[it.member.name].fingerprint != it.member.fingerprint
    ]
    if others:
        return Check("structure", passed=False, detail=f"not as before in {listed(others, _SHOWN)}")
    detail = f"columns, indexes and constraints are unchanged in {_tenants(changed)}"
    return Check("structure", passed=True, detail=detail)


def _migrations(walk: FleetWalk, changed: frozenset[str]) -> Iterator[Check]:
    """What a fresh diagnosis says of the groups that changed tenants are in now."""
    checks = []
    for group in walk.groups:
        of_them = changed.intersection(group.group.names)
        if of_them:
            report = group.done.report
            check = check_migrations(report.environments[0], report.findings)
            checks.append((check, f"{count(len(of_them), 'tenant')} like {min(of_them)}"))
    failed = [(check, whose) for check, whose in checks if check.passed is False]
    for check, whose in failed or checks[:1]:
        yield replace(check, detail=f"{check.detail} ({whose})")


def _tenants(changed: Sequence[TenantPlan]) -> str:
    return count(len(changed), "tenant")
