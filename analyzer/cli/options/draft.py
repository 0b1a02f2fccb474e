"""How the draft of a follow-up is written; what writes it loads when there is one."""

from analyzer import __version__
from analyzer.model.findings.follow_up import FollowUp


def write_draft(found: FollowUp) -> str:
    """Write the draft as Ruby, signed with our version."""
    from analyzer.frameworks.rails.writer.follow_up_ruby import render_draft

    return render_draft(found, f"migdoctor {__version__}")
