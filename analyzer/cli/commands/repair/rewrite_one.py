"""``migdoctor rewrite`` of one environment: proposed or carried out, or for any database."""

from analyzer.cli.commands.repair.rewrite_artefact import deliver_proposal
from analyzer.cli.options.repair.hand_script import hand_script
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import conclude
from analyzer.model.plans.hand_script import ScriptForm
from analyzer.records import replace
from analyzer.services.repair.options import FleetOptions
from analyzer.services.repair.rows import rewrite
from analyzer.services.repair.rows.rewrite import RowProposal
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.fleets import fleet_of


def write_one(
    request: Request,
    chosen: FleetOptions,
    dialogue: TerminalDialogue,
    output: str | None,
    format_: str,
    *,
    recorded: bool,
    write_renames: bool,
) -> int:
    """Write it, or carry it out; return the status."""
    if write_renames:
        from analyzer.services.repair.rows.written_renames import append_renames

        append_renames(request, dialogue)
        return 0
    if recorded:
        from analyzer.cli.commands.repair.recorded import write_recorded

        return write_recorded(request, format_, chosen.rows.lock_timeout, output, dialogue)
    if fleet_of(request, canary=chosen.canary) is not None:
        from analyzer.cli.commands.repair.fleet_rewrite import rewrite_fleet

        return rewrite_fleet(request, chosen, dialogue, output, format_)
    if chosen.carry_out:
        ended = rewrite.apply(request, chosen.rows, dialogue)
    else:
        is_all = format_ != "patch"  # which is of the schema file alone
        script = hand_script(output, format_, ScriptForm.SQL) if is_all else None
        ended = rewrite.propose(request, replace(chosen.rows, script=script), dialogue)
    if not isinstance(ended, RowProposal):
        return conclude(ended, as_json=format_ == "json", output=output)
    if not chosen.carry_out or format_ == "json":
        deliver_proposal(ended, format_, output)
    return 0
