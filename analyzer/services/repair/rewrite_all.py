"""One script for each of several environments; none of them is for another one's database."""

from collections.abc import Iterator, Sequence

from analyzer.engines.registry import open_gateway
from analyzer.errors import UsageError
from analyzer.model.core.messages import Notes
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.plans.plan import DatabaseHome
from analyzer.model.plans.repair_result import RefusedRepair
from analyzer.records import Struct, replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.interrupted import tell_open
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rewrite import RowProposal, propose_for
from analyzer.workflow.reading.fleets import fleet_of
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk
from analyzer.workflow.walks import walk_all

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
        AnalyzerError: the repository cannot be read, or one of them is a fleet.
    """
    for request in requests:
        if fleet_of(request) is not None:
            raise UsageError(
                f"environment {request.environment} is a fleet, and gets no script among others",
                why="its tenants are changed one by one, each under its own lock",
                fix=f"name it alone: migdoctor rewrite --environment {request.environment}",
            )
    tell_open(requests[0], dialogue)
    done = walk_all(requests)
    return EnvironmentScripts(tuple(_proposed(done.walks, options, dialogue)), done.report.unread)


def _proposed(
    walks: Sequence[Walk], options: RewriteOptions, dialogue: Dialogue
) -> Iterator[EnvironmentScript]:
    for done in walks:
        name = done.report.environments[0].table.environment
        dialogue.tell(f"environment {name}: {done.report.environments[0].table.place}")
        proposal = propose_for(done, options, dialogue)
        if isinstance(proposal, RefusedRepair):
            yield EnvironmentScript(name, refused=proposal)
        elif not proposal.plan.steps:
            yield EnvironmentScript(name)
        else:
            yield EnvironmentScript(name, _at_home(proposal, dialogue).sql())


def _at_home(proposal: RowProposal, dialogue: Dialogue) -> RowProposal:
    """The proposal, as a script that refuses a database that is not its own."""
    plan, request = proposal.plan, proposal.done.inference.request
    if request.rows is not None:
        dialogue.tell(Notes((_ANY_HOME,)))
        return replace(proposal, plan=replace(plan, notes=(*plan.notes, _ANY_HOME)))
    gateway = open_gateway(request.database_url, request.exec_prefix)
    found = gateway.engine.catalog.read_standing(gateway, plan.table).identity
    home = DatabaseHome(request.environment, found.name, found.oid, found.system)
    return replace(proposal, plan=replace(plan, home=home))
