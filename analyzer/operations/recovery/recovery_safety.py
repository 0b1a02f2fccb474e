"""What a recovery makes sure of before it changes anything."""

from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.errors import RefusedError
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.checklist import CheckOutcome, Item, failed, passed
from analyzer.model.recovery.recovery import Plan, TablesPlan
from analyzer.operations.backup.backup_checks import check_backup
from analyzer.operations.recovery.prerequisites import check_prerequisites
from analyzer.operations.recovery.recovery_context import Surroundings, read_whole, version_table_of


def demand_safety(around: Surroundings, plan: Plan, folder: Path) -> None:
    """Go through the checklist before anything is changed.

    What it asks of the application and of the backup that is to be taken, the next steps ask.

    Args:
        around: the surroundings.
        plan: the recovery; a backup of an earlier run that it relies on is checked too.
        folder: its folder.

    Raises:
        RefusedError: something is lacking; what could not be checked is told and no obstacle.
    """
    items = _check(around.gateway.at(plan.database), plan, folder)
    for item in items:
        around.progress.say(f"  {item.outcome.value:7}  {item.id}: {item.what}")
    lacking = next((item for item in items if item.outcome is CheckOutcome.FAIL), None)
    if lacking is not None:
        raise RefusedError(lacking.what, why=lacking.why, fix=lacking.fix)


def _check(gateway: Gateway, plan: Plan, folder: Path) -> list[Item]:
    state = read_whole(gateway, version_table_of(plan))
    items = list(check_prerequisites(gateway, state, folder))
    if plan.backup is not None:
        items = [*check_backup(Path(plan.backup), state, Silent()), *items]
    if isinstance(plan, TablesPlan):
        items.append(_check_ownership(gateway, plan))
    return items


def _check_ownership(gateway: Gateway, plan: TablesPlan) -> Item:
    """Whether the role may take keys and triggers off the tables, and off those that refer to them.

    ``--disable-triggers`` would be no way round: only a superuser may use it.
    """
    with gateway.session() as session:
        edges = session.engine.catalog.read_edges(session)
        foreign = gateway.engine.catalog.read_foreign_owners(session)
    labels = {part.label for part in plan.parts}
    touched = labels | {edge.table for edge in edges if edge.refers_to in labels}
    shut = sorted(touched & foreign.keys())
    if not shut:
        return passed("ownership", "the role owns the tables, and those that refer to them")
    return failed(
        "ownership",
        f"{shut[0]} belongs to {foreign[shut[0]]}"
        + (f", as do {len(shut) - 1} more tables to others" if shut[1:] else ""),
        why="foreign keys and triggers are removed while rows are copied, and only the owner of "
        "a table may do that",
        fix=f"connect as {foreign[shut[0]]} or as a superuser",
    )
