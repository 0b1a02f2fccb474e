"""One script for each of several environments; none of them is for another one's database."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.model.core.fleet import FleetKind
from analyzer.model.core.messages import Notes
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.plans.hand_script import HandScript, ScriptForm
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.model.plans.repair_result import RefusedRepair
from analyzer.records import Struct, replace
from analyzer.services.diagnose import held_up
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.rest_of_path import rest_from, unless_done
from analyzer.services.fleets.plan import GroupPlan
from analyzer.services.repair.files.interrupted import tell_open
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.rewrite import RowProposal, at_home, propose_after
from analyzer.workflow.advice.joint_choice import plan_of_all
from analyzer.workflow.fleets.fleet_walk import GroupWalk
from analyzer.workflow.next_steps.typed_commands import typed_for_all
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.fleets import fleet_of
from analyzer.workflow.walk import Walk
from analyzer.workflow.walks import walk_all

_ONCE = frozenset({PathStage.DRAFT, PathStage.COMMIT, PathStage.FOLLOW_UP})
"""What changes files, which all environments share."""
_ROWS = frozenset({PathStage.BACKUP, PathStage.REHEARSE, PathStage.APPLY})
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
    """What is proposed for each environment that could be read, and the others.

    ``path`` is what to do with the scripts, in order, before and after they run.
    """

    scripts: tuple[EnvironmentScript, ...]
    unread: tuple[UnreadEnvironment, ...]
    path: PathSteps = ()


def propose_all(
    requests: Sequence[Request],
    options: RewriteOptions,
    dialogue: Dialogue,
    paths: Mapping[str, str],
    folder: str,
) -> EnvironmentScripts:
    """Plan the rows of all environments, and tell what would change; nothing is changed.

    Rows alone are changed and files stay, so that no script takes anything from another
    environment.

    Args:
        paths: where the script of each environment will be.
        folder: where all of them will be.

    Raises:
        AnalyzerError: the repository cannot be read, or the draft cannot be written.
    """
    tell_open(requests[0], dialogue)
    done = walk_all(requests, held_up(dialogue))
    steps: list[tuple[str, PathSteps]] = []
    scripts = tuple(_proposed(done.walks, options, dialogue, paths, steps))
    joint = replace(
        done.report.joint or JointChoice(JointWay.ROWS),
        way=JointWay.ROWS,
        because=(),
        mend=tuple(name for name, _ in steps),
    )
    path = plan_of_all(steps, joint, done.walks, requests) if steps else ()
    stage = PathStage.DRAFT if options.follow_up else None
    again = typed_for_all(requests, "rewrite", "-o", folder)
    return EnvironmentScripts(
        scripts, done.report.unread, _unless_outdated(rest_from(path, stage), again)
    )


def _unless_outdated(path: PathSteps, again: str) -> PathSteps:
    """The path; where files move before the rows, the scripts are to be written for those names."""
    first = next((number for number, it in enumerate(path) if it.stage in _ROWS), len(path))
    ahead = [it for it in path[:first] if it.commands and " mv " in it.commands[0]]
    if not ahead:
        return path
    lost = (it for it in path if it.stage is PathStage.LOST)
    says = "Write the scripts again: rows follow the files that moved"
    return (*lost, *ahead, PathStep(PathStage.SETTLE, says, (again,)))


def _proposed(
    walks: Sequence[Walk],
    options: RewriteOptions,
    dialogue: Dialogue,
    paths: Mapping[str, str],
    steps: list[tuple[str, PathSteps]],
) -> Iterator[EnvironmentScript]:
    fleets: dict[str, list[str]] = {}
    for done in walks:
        name = done.report.environments[0].table.environment
        dialogue.tell(f"environment {name}: {done.report.environments[0].table.place}")
        script = HandScript(paths[name], ScriptForm.SQL) if name in paths else None
        proposal = propose_after(done, replace(options, script=script), dialogue)
        if isinstance(proposal, RefusedRepair):
            yield EnvironmentScript(name, refused=proposal)
        elif not proposal.plan.steps:
            yield EnvironmentScript(name)
        elif done.group is None:
            own, proposal = _beside(proposal, [path for _, path in steps])
            steps.append((name, tuple(_of(it, name) for it in own)))
            yield EnvironmentScript(name, _at_home(proposal, dialogue).sql())
            if proposal.hidden is not None and proposal.hidden.brings:
                options = replace(options, follow_up=None)  # one draft is enough
        elif _is_of_databases(done):
            yield EnvironmentScript(name, refused=RefusedRepair("rewrite", _EACH_ITS_OWN))
        else:
            walk = GroupWalk(name, done.group, done)
            plan = GroupPlan(walk, _at_home(proposal, dialogue))
            texts = fleets.setdefault(name.rpartition(":")[0], [])
            texts += [it.text(options) for it in plan.tenants()]
    for fleet, texts in fleets.items():
        yield EnvironmentScript(fleet, "\n".join(texts))


def _beside(proposal: RowProposal, others: Sequence[PathSteps]) -> tuple[PathSteps, RowProposal]:
    """The steps that no other script tells of: files are shared. Its own script asks whether."""
    told = {(it.stage, it.files, it.draft) for path in others for it in path}
    shared = [it.stage in _ONCE and (it.stage, it.files, it.draft) in told for it in proposal.path]
    marked = [*zip(proposal.path, shared, strict=True)]
    asked = tuple(unless_done(it) if is_shared else it for it, is_shared in marked)
    own = tuple(it for it, is_shared in marked if not is_shared)
    return own, replace(proposal, path=asked)


def _of(step: PathStep, environment: str) -> PathStep:
    """A step whose words name the environment: several scripts are run one after another."""
    return replace(step, says=step.says.replace("the rows", f"the rows of {environment}", 1))


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
