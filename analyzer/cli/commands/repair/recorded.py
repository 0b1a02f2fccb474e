"""``migdoctor rewrite --recorded``."""

from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import conclude
from analyzer.cli.terminal.next_step import only_previewed, tell_unwritten
from analyzer.model.plans.repair_result import RefusedRepair
from analyzer.model.words.shell_word import shell_word
from analyzer.report.artefact import kind_of
from analyzer.services.repair.rows.recorded import RecordedProposal, propose_recorded
from analyzer.workflow.reading.request import Request


def write_recorded(
    request: Request,
    format_: str,
    lock_timeout: str,
    output: str | None,
    dialogue: TerminalDialogue,
) -> int:
    """Write the SQL that recorded renames ask for, for any database of the application."""
    proposal = propose_recorded(request, lock_timeout, dialogue)
    if isinstance(proposal, RefusedRepair):
        return conclude(proposal, as_json=False, output=output)
    if only_previewed(output):
        tell_unwritten("recorded.sql")
    else:
        deliver(_render(proposal, format_), output, kind_of(format_))
        if output is not None and format_ != "json":
            dialogue.tell(proposal.next_step(shell_word(output)))
    return 0


def _render(proposal: RecordedProposal, format_: str) -> str:
    if format_ != "json":
        return proposal.sql()
    from analyzer.report.repair.recorded_json import render

    repair = proposal.repair
    renames = [(str(one.old), str(one.new), one.name, one.reason) for one in repair.plan.steps]
    return render(repair.table, renames, repair.plan.notes)
