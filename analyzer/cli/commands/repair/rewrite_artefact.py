"""What ``migdoctor rewrite`` delivers, in each of its formats."""

from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.next_step import only_previewed, tell_unwritten
from analyzer.report.artefact import kind_of
from analyzer.services.repair.rows.rewrite import RowProposal


def deliver_proposal(proposal: RowProposal, format_: str, output: str | None) -> None:
    """Deliver a proposal; at a terminal only if its form or a file was named."""
    if not only_previewed(output):
        deliver(_render(proposal, format_), output, kind_of(format_))
    elif proposal.plan.steps or proposal.files.steps:
        tell_unwritten("fix.sql")


def _render(proposal: RowProposal, format_: str) -> str:
    """Write a proposal as SQL, a script, a patch or JSON."""
    if format_ == "json":
        from analyzer.report.repair.plan_document import render_row_plan

        files = proposal.files if proposal.files.steps else None
        return render_row_plan(proposal.plan, proposal.hidden, files)
    if format_ == "sh":
        return proposal.script()
    return proposal.patch() if format_ == "patch" else proposal.sql()
