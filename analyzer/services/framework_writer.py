"""Texts in the language of the framework; what writes them loads when one is wanted."""

from analyzer import __version__
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.schema_diff import SchemaReport


def write_draft(found: FollowUp) -> str:
    """Write the migration that brings what edits hid, signed with our version."""
    from analyzer.frameworks.rails.writer.follow_up_ruby import render_draft

    return render_draft(found, f"migdoctor {__version__}")


def write_schema(report: SchemaReport) -> str:
    """Write the schema that the files add up to as the framework's schema file does."""
    from analyzer.frameworks.rails.schema_file import schema_rb_text

    return schema_rb_text.render(report)
