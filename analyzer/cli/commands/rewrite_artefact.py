"""What ``migdoctor rewrite`` delivers, in each of its formats."""

from analyzer.services.repair.rewrite import RowProposal


def render_proposal(proposal: RowProposal, format_: str) -> str:
    """Write a proposal as SQL, a script, a patch or JSON."""
    if format_ == "json":
        from analyzer.report.repair.plan_document import render_row_plan

        files = proposal.files if proposal.files.steps else None
        return render_row_plan(proposal.plan, proposal.hidden, files)
    if format_ == "sh":
        return proposal.script()
    return proposal.patch() if format_ == "patch" else proposal.sql()
