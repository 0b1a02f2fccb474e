"""Taking a rewrite back: the rows get the versions that they had."""

from typing import TYPE_CHECKING

from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.model.core.messages import Notes, TakingBack
from analyzer.model.plans.outcome import BACK
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import Repair, RepairState, TableLocation
from analyzer.model.plans.repair_journal_document import read_row_steps
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult, SettledRepair
from analyzer.operations.repair import row_repair
from analyzer.operations.repair.journal_writing import read_script
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import UndoOptions
from analyzer.sources.git.git import open_repository
from analyzer.sources.journal.identity import read_actor

if TYPE_CHECKING:
    from analyzer.engines.base import Engine

_FILES_STAY = (
    "the files keep the names that they have: with the old versions back, the next migrate runs "
    "what was repaired once more; stop deploys until rows and files agree again"
)


def take_back_rows(
    repair: Repair, options: UndoOptions, dialogue: Dialogue
) -> RepairResult | SettledRepair | DeclinedRepair:
    """Run the way back of a rewrite.

    Raises:
        AnalyzerError: it cannot be run; nothing was changed.
    """
    gateway = open_gateway(options.database_url, options.exec_prefix)
    standing = demand_same(gateway, repair)
    repair = settled(gateway, repair, standing, dialogue)
    if repair.state is not RepairState.DONE:
        return SettledRepair(repair, gone=repair.state is RepairState.UNDONE)
    gateway.engine.catalog.demand_privileges(standing, read_row_steps(repair), audit=False)
    who = read_actor(open_repository(options.repo or repair.repository.path))
    text, dry_text = way_back(repair, gateway.engine, options)
    dialogue.tell(TakingBack(repair))
    if any(step.get("step") == "UpdateRow" for step in repair.steps):
        dialogue.tell(Notes((_FILES_STAY,)))
    if options.dry_run:
        scripts = gateway.engine.scripts
        run = scripts.run_sql(gateway, dry_text, repair=repair.id, account=who.account)
        return RepairResult("undo --dry-run", row_repair.rehearse_commit(run), repair=repair)
    if not dialogue.ask(f"Take repair {repair.id} back in {place_of(standing)}?"):
        return DeclinedRepair()
    repair, outcome = row_repair.carry_out(
        gateway, repair, text, course=BACK, who=who, say=dialogue.tell
    )
    return RepairResult("undo", outcome, repair=repair)


def place_of(standing: Standing) -> str:
    """The table that is to be changed back, in words."""
    database = standing.identity
    return f"{database.table} in database {database.name} at {database.server}"


def way_back(repair: Repair, engine: "Engine", options: UndoOptions) -> tuple[str, str]:
    """Read the kept SQL, and the same for a dry run.

    Raises:
        EnvironmentToolError: somebody edited it.
    """
    scripts = engine.scripts
    text = scripts.with_lock_timeout(read_script(repair.way_back), options.lock_timeout)
    try:
        return text, scripts.without_commit(text)
    except ValueError:
        raise EnvironmentToolError(
            f"{repair.way_back.path} is not a way back that migdoctor wrote",
            why="it is not one transaction that ends with COMMIT: somebody edited it and the "
            "journal; nothing was changed",
            fix="read it, and run it by hand if it is what you want",
        ) from None


def demand_same(gateway: Gateway, repair: Repair) -> Standing:
    """Make sure that this is the database that the repair changed.

    Raises:
        DatabaseError: it is another one.
    """
    if repair.database is None:
        raise TypeError(repair.id)
    try:
        standing = gateway.engine.catalog.read_standing(gateway, repair.database.table)
    except DatabaseError as error:
        error.add_cause(f"repair {repair.id} changed {_named(repair.database)}")
        error.fix = f"name that database: {_again(repair)}; {error.fix}"
        raise
    if not standing.identity.is_same(repair.database):
        raise DatabaseError(
            f"{_named(standing.identity)} is not the database that repair {repair.id} changed",
            why=f"that one was {_named(repair.database)}, with another identifier",
            fix=f"name that database: {_again(repair)}",
        )
    return standing


def _again(repair: Repair) -> str:
    return f"migdoctor undo {repair.id} --environment NAME, or with --database-url URL"


def _named(database: TableLocation) -> str:
    return f"database {database.name} at {database.server}"


def settled(gateway: Gateway, repair: Repair, standing: Standing, dialogue: Dialogue) -> Repair:
    """Find out first what came of a repair that was cut off.

    Raises:
        DatabaseError: it still runs, or its rows were changed since.
    """
    if not repair.state.is_open:
        return repair
    who = repair.who
    for earlier, outcome in row_repair.settle_open(gateway, standing, who):
        if earlier.id == repair.id:
            dialogue.tell(f"note: repair {repair.id} was cut off: {outcome.what}")
            if not earlier.state.is_open:
                return earlier
    raise DatabaseError(
        f"repair {repair.id} is open: it is running, or the rows were changed since",
        why="its session is still there, or the rows are neither those from before nor from after",
        fix="wait until it has ended; then run migdoctor diagnose, which shows the rows as they "
        "are",
    )
