"""One script for each of several environments; none of them is for another one's database."""

from collections.abc import Iterator, Sequence

from analyzer.model.core.fleet import FleetKind
from analyzer.model.core.messages import Notes
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_result import RefusedRepair
from analyzer.records import Struct, replace
from analyzer.services.diagnose import held_up
from analyzer.services.dialogue import Dialogue
from analyzer.services.fleets.plan import GroupPlan
from analyzer.services.repair.files.interrupted import tell_open
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.rewrite import RowProposal, at_home, propose_after
from analyzer.workflow.fleets.fleet_walk import GroupWalk
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.fleets import fleet_of
from analyzer.workflow.walk import Walk
from analyzer.workflow.walks import walk_all

_EACH_ITS_OWN = Refusal(
    "its databases need a script each, and this would be one for all of them",
    ("migdoctor rewrite --environment NAME -o FOLDER, for this fleet alone",),
)
_ANY_HOME = (
    "the rows came from a file, so that this script cannot tell whose database it is run on: it "
    "checks the rows alone"
)


class EnvironmentScript(Struct, frozen=True):
    """What is proposed for one environment; ``sql`` is None where nothing is to be changed."""

    environment: str
    sql: str | None = None
    refused: RefusedRepair | None = None


class EnvironmentScripts(Struct, frozen=True):
    """What is proposed for each environment that could be read, and the others."""

    scripts: tuple[EnvironmentScript, ...]
    unread: tuple[UnreadEnvironment, ...]


def propose_all(
    requests: Sequence[Request], options: RewriteOptions, dialogue: Dialogue
) -> EnvironmentScripts:
    """Plan the rows of all environments, and tell what would change; nothing is changed.

    Rows alone are changed and files stay, so that no script takes anything from another
    environment.

    Raises:
        AnalyzerError: the repository cannot be read.
    """
    tell_open(requests[0], dialogue)
    done = walk_all(requests, held_up(dialogue))
    return EnvironmentScripts(tuple(_proposed(done.walks, options, dialogue)), done.report.unread)


def _proposed(
    walks: Sequence[Walk], options: RewriteOptions, dialogue: Dialogue
) -> Iterator[EnvironmentScript]:
    fleets: dict[str, list[str]] = {}
    for done in walks:
        name = done.report.environments[0].table.environment
        dialogue.tell(f"environment {name}: {done.report.environments[0].table.place}")
        proposal = propose_after(done, options, dialogue)
        if isinstance(proposal, RefusedRepair):
            yield EnvironmentScript(name, refused=proposal)
        elif not proposal.plan.steps:
            yield EnvironmentScript(name)
        elif done.group is None:
            yield EnvironmentScript(name, _at_home(proposal, dialogue).sql())
        elif _is_of_databases(done):
            yield EnvironmentScript(name, refused=RefusedRepair("rewrite", _EACH_ITS_OWN))
        else:
            walk = GroupWalk(name, done.group, done)
            plan = GroupPlan(walk, _at_home(proposal, dialogue))
            texts = fleets.setdefault(name.rpartition(":")[0], [])
            texts += [it.text(options) for it in plan.tenants()]
    for fleet, texts in fleets.items():
        yield EnvironmentScript(fleet, "\n".join(texts))


def _is_of_databases(done: Walk) -> bool:
    fleet = fleet_of(done.inference.request)
    return fleet is not None and fleet.kind is FleetKind.DATABASE


def _at_home(proposal: RowProposal, dialogue: Dialogue) -> RowProposal:
    """The proposal, as a script that refuses a database that is not its own."""
    plan = proposal.plan
    if proposal.done.inference.request.rows is not None:
        dialogue.tell(Notes((_ANY_HOME,)))
        return replace(proposal, plan=replace(plan, notes=(*plan.notes, _ANY_HOME)))
    return at_home(proposal)
