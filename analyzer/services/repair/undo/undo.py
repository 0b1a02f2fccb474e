"""Taking a repair back: make sure that this is what it changed, and run its way back."""

from analyzer.engines.registry import open_gateway
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.plans.repair_journal import (
    FleetRepair,
    Repair,
    RepairKind,
    RepairState,
)
from analyzer.model.plans.repair_result import (
    DeclinedRepair,
    RepairEnd,
    RepairResult,
    SettledRepair,
)
from analyzer.records import replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import UndoOptions
from analyzer.services.repair.undo.undo_combined import take_back_both
from analyzer.services.repair.undo.undo_files import take_back_files
from analyzer.services.repair.undo.undo_rows import demand_same, settled, take_back_rows
from analyzer.sources.journal.journal_reading import read_journal

_COMMAND = "undo"
_SEE_ALL = "see the state of each repair: migdoctor undo --list"


def list_repairs(options: UndoOptions, dialogue: Dialogue) -> tuple[Repair, ...]:
    """Read the journal; where a rewrite is open, look first what came of it, if we may."""
    repairs = read_journal()
    for repair in repairs:
        if repair.state.is_open and repair.file_part is not None:
            dialogue.tell(
                f"note: repair {repair.id}, which changes rows and files, is open: it is running, "
                f"or was cut off; to take it back: migdoctor undo {repair.id}"
            )
        elif repair.state.is_open and repair.database is not None:
            try:
                gateway = open_gateway(options.database_url, options.exec_prefix)
                settled(gateway, repair, demand_same(gateway, repair), dialogue)
            except AnalyzerError as error:
                dialogue.tell(
                    f"note: repair {repair.id} is open, and its database was not looked at: "
                    f"{error.what}"
                )
    return read_journal()


def take_back(repair: Repair | FleetRepair, options: UndoOptions, dialogue: Dialogue) -> RepairEnd:
    """Run the way back of a repair, or all those of a fleet's.

    Raises:
        AnalyzerError: it cannot be run; nothing was changed.
    """
    if isinstance(repair, FleetRepair):
        from analyzer.services.fleets.undo import take_back_fleet

        return take_back_fleet(repair, options, dialogue)
    if repair.state.is_gone:
        why = "it was taken back already" if repair.state is RepairState.UNDONE else "it failed"
        raise UsageError(
            f"repair {repair.id} is not in force: there is nothing to take back",
            why=f"{why} ({repair.changed})",
            fix=_SEE_ALL,
        )
    if not options.dry_run:
        dialogue.demand_answer(_COMMAND)
    ended: RepairResult | SettledRepair | DeclinedRepair
    if repair.kind is RepairKind.RENAME_BACK:
        ended, what = take_back_files(repair, options, dialogue), "files"
    elif repair.file_part is not None:
        ended, what = take_back_both(repair, repair.file_part, options, dialogue), "rows and files"
    else:
        ended, what = take_back_rows(repair, options, dialogue), "rows"
    if options.dry_run or isinstance(ended, DeclinedRepair):
        return ended
    return replace(ended, closing=f"Undone: the {what} are as before repair {repair.id}.")
