"""The rewrite that recorded renames ask for, for databases that nobody has looked at."""

from typing import TYPE_CHECKING

from analyzer.engines.registry import usual_engine
from analyzer.model.core.messages import Notes
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.recorded_change import RecordedChange
from analyzer.model.plans.repair_result import RefusedRepair
from analyzer.records import Struct
from analyzer.services.dialogue import Dialogue
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.recorded_repair import RecordedRepair, plan_from_record

if TYPE_CHECKING:
    from analyzer.engines.base import Engine


class RecordedProposal(Struct, frozen=True):
    """SQL for any database of the application."""

    repair: RecordedRepair
    lock_timeout: str

    @property
    def _engine(self) -> "Engine":
        """Of whatever databases there are, the usual one: none is in hand."""
        return usual_engine()

    def sql(self) -> str:
        """Write the SQL file."""
        repair, plan = self.repair, self.repair.plan
        bare = repair.framework.numbering.bare
        told = [
            RecordedChange(
                str(one.old),
                str(one.new),
                bare(one.new),
                f"{one.old} is {one.new}_{one.name} now: {one.reason}",
            )
            for one in plan.steps
        ]
        return self._engine.scripts.render_recorded(
            told,
            repair.table,
            repair.provenance,
            plan.notes,
            lock_timeout=self.lock_timeout,
            lock=repair.framework.store.lock,
        )

    def next_step(self, file: str) -> str:
        """What to do with the SQL file. Args: file: its name, as a word of the shell."""
        command = self._engine.access.file_command(file, '"$DATABASE_URL"')
        return (
            "Run it on each database that ran the old names, before that is migrated again;\n"
            "where no row is of an old name it changes nothing:\n"
            f"  {command}"
        )


def propose_recorded(
    request: Request, lock_timeout: str, dialogue: Dialogue
) -> RecordedProposal | RefusedRepair:
    """Plan what the recorded renames ask for, and tell it.

    Raises:
        AnalyzerError: nothing is recorded, or it is not clear for which application.
    """
    repair = plan_from_record(request)
    if isinstance(repair, Refusal):
        return RefusedRepair("rewrite --recorded", repair)
    for step in repair.plan.steps:
        dialogue.tell(f"{step.old} becomes {step.new}  {step.name}: {step.reason}")
    dialogue.tell(Notes(tuple(repair.plan.notes)))
    return RecordedProposal(repair, lock_timeout)
