"""Texts in the language of the framework; what writes them loads when one is wanted."""

from typing import TYPE_CHECKING

from analyzer import __version__
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.schema_diff import SchemaReport

if TYPE_CHECKING:
    from analyzer.frameworks.ports.writer import Writer


def write_draft(writer: "Writer", found: FollowUp) -> str:
    """Write the migration that brings what edits hid, signed with our version."""
    return writer.draft(found, f"migdoctor {__version__}")


def write_schema(report: SchemaReport, language: str) -> str:
    """Write the schema that the files add up to as the framework's schema file does.

    Raises:
        UsageError: the framework has no schema file that is written in this language.
    """
    from analyzer.frameworks.registry import cannot, framework

    member = framework(report.facts.framework)
    if member.writer is None or member.language.lexer != language:
        raise cannot(member, f"schema in {language}", "take --format text or json")
    return member.writer.schema(report)
