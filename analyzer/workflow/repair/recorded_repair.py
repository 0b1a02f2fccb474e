"""From recorded renames to a plan for databases that nobody has looked at."""

from analyzer import __version__
from analyzer.analysis.advice.tried_in_memory import State, carry_out
from analyzer.analysis.renames.recorded import RecordedPlan, plan_recorded
from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.next_steps import Action
from analyzer.model.gate.recorded_renames import RecordedRenames
from analyzer.model.plans.plan import Provenance, Refusal, UpdateRow
from analyzer.model.words.wording import listed
from analyzer.records import Struct
from analyzer.sources.git.git import Repository, open_repository
from analyzer.workflow.reading.files.current_files import TargetFiles, read_targets
from analyzer.workflow.reading.recorded import recorded_of
from analyzer.workflow.reading.request import Request

_SHOWN = 3


class RecordedRepair(Struct, frozen=True):
    """A plan with the table that it is for, and where it came from."""

    framework: Framework
    plan: RecordedPlan
    table: TableName
    provenance: Provenance


def plan_from_record(request: Request) -> RecordedRepair | Refusal:
    """Plan what the recorded renames of one application ask for; no database is read.

    Raises:
        AnalyzerError: nothing is recorded, or it is not clear for which application.
    """
    _demand_no_database(request)
    repository = open_repository(request.repo)
    target, recorded = _the_recorded(repository, request)
    plan = plan_recorded(recorded, target.files.files, target.framework.numbering)
    if isinstance(plan, Refusal):
        return plan
    if again := _run_again(plan, target):
        return Refusal(f"carried out in memory, it makes {listed(again, _SHOWN)} run again")
    provenance = Provenance(
        tool=f"migdoctor {__version__}",
        repository=str(repository.path),
        ref=target.files.ref,
        commit=target.files.commit,
        environment="any",
        rows_from=f"none; {recorded.path}",
        deployed=None,
        made_at=f"{request.now:%Y-%m-%dT%H:%M:%SZ}",
    )
    table = request.table or target.framework.usual_table
    return RecordedRepair(target.framework, plan, table, provenance)


def _demand_no_database(request: Request) -> None:
    if request.rows is not None or request.database_url is not None or request.exec_prefix:
        raise UsageError(
            "--recorded and a database were both given",
            why="recorded renames are for databases that were not inspected",
            fix="leave out --recorded, or --rows, --database-url and --exec",
        )


def _the_recorded(repository: Repository, request: Request) -> tuple[TargetFiles, RecordedRenames]:
    """The one application that has recorded renames, with them.

    Raises:
        UsageError: none has, or several have.
    """
    targets = read_targets(repository, request)
    found = [(target, recorded_of(repository, target)) for target in targets]
    having = [(target, recorded) for target, recorded in found if recorded.renames]
    if len(having) == 1:
        return having[0]
    places = ", ".join(recorded.path for _, recorded in having or found)
    if having:
        raise UsageError(
            f"renames are recorded in {places}",
            why="one application at a time has one version table",
            fix="name the application's folder: --dir PATH",
        )
    raise UsageError(
        f"nothing in {places}",
        why="no rename is recorded there",
        fix="write one: [[rename]] with old, new and reason",
    )


def _run_again(plan: RecordedPlan, target: TargetFiles) -> list[str]:
    """Find what a database that ran everything under the old names would run again."""
    files, numbering = target.files, target.framework.numbering
    bare = numbering.bare
    steps = tuple(
        UpdateRow(TableRow(step.old.text), TableRow(bare(step.new))) for step in plan.steps
    )
    new = {step.after.version for step in steps}
    numbers = {bare(file.version) for file in files.files}
    rows = tuple(map(TableRow, sorted((numbers - new) | {step.before.version for step in steps})))
    after = carry_out(State(files, rows, numbering.read), Action(rows=steps))
    return [file.basename for file in files.files if file.version.key not in after.applied]
