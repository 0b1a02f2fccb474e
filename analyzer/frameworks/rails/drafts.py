"""What is written in the language of Rails: a follow-up migration, and db/schema.rb."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.findings.follow_up import FollowUp
    from analyzer.model.findings.schema_diff import SchemaReport


def draft(found: "FollowUp", tool: str) -> str:
    """A follow-up as the text of a migration."""
    from analyzer.frameworks.rails.writer.follow_up_ruby import render_draft

    return render_draft(found, tool)


def schema(report: "SchemaReport") -> str:
    """The schema as db/schema.rb writes it."""
    from analyzer.frameworks.rails.schema_file.schema_rb_text import render

    return render(report)
