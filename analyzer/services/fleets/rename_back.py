"""Files get their old names for a whole fleet: they move once, where that suits every tenant."""

from datetime import UTC, datetime

from analyzer.analysis.repair.measure_comparison import check_migrations
from analyzer.errors import AnalyzerError
from analyzer.model.findings.across import RecordedName
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.plans.plan import Refusal
from analyzer.model.schema.measure import Check
from analyzer.model.words.wording import listed
from analyzer.records import replace
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.fleets import fleet_of
from analyzer.workflow.walk import Walk, walk
from analyzer.workflow.walks import Walks, walk_all

_SHOWN = 5  # tenants in a line


def walk_for_files(request: Request) -> Walk | Refusal:
    """The walk whose files move: of a fleet that of a tenant whose moves are those of all.

    Returns: a refusal where the old names do not suit a tenant: its rows have new ones, it cannot
        be read, or its next migrate would do harm.

    Raises:
        AnalyzerError: something cannot be read.
    """
    if fleet_of(request) is None:
        return walk(request)
    walks = walk_all([request])
    joint = walks.report.joint or JointChoice(JointWay.NOTHING)
    if joint.way is JointWay.NOTHING:
        return walks.walks[0]
    if joint.way is not JointWay.FILES:
        return _refused(walks, joint, request)
    movers = [it for it in walks.walks if _name(it) in joint.mend]
    return movers[0] if len(movers) == 1 else _apart(movers, request)


def check_all(request: Request) -> Check:
    """Diagnose all tenants again, after files were moved."""
    try:
        walks = walk_all([replace(request, now=datetime.now(UTC), decisions=())])
    except AnalyzerError as error:
        return Check("migrations", None, f"{error.what} ({error.why})")
    found = [
        (check_migrations(it.report.environments[0], it.report.findings), it) for it in walks.walks
    ]
    failed = [(check, it) for check, it in found if check.passed is False]
    check, of = (failed or found)[0]
    tenants = sum(len(_members(it)) for it in walks.walks)
    whose = listed(_members(of), _SHOWN) if failed else f"{tenants} tenants"
    return replace(check, detail=f"{check.detail} ({whose})")


def _refused(walks: Walks, joint: JointChoice, request: Request) -> Refusal:
    """Say which tenants are against it, and what is right instead."""
    members = {_name(it): _members(it) for it in walks.walks}
    new = dict.fromkeys(
        member
        for it in walks.report.renames
        for name in it.environments_with(RecordedName.NEW, RecordedName.BOTH)
        for member in members.get(name, ())
    )
    said = [f"{listed(new, _SHOWN)} ran new names already: files must keep them"] if new else []
    said += [it for it in joint.because if not (new and "ran new names already" in it)]
    instead = typed(request, "rewrite" if joint.way is JointWay.ROWS else "diagnose")
    return Refusal(". ".join(said), (instead,))


def _apart(movers: list[Walk], request: Request) -> Refusal:
    """No tenant ran all of the old names, so that no plan of one is that of all."""
    first = [_members(it)[0] for it in movers]
    why = f"the moves differ from tenant to tenant: no one has those of {listed(first, _SHOWN)}"
    return Refusal(why, (typed(request, "rewrite"),))


def _name(done: Walk) -> str:
    return done.report.environments[0].table.environment


def _members(done: Walk) -> tuple[str, ...]:
    return done.group.names if done.group is not None else (_name(done),)
