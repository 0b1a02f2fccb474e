"""Stored texts as applied rows."""

from collections.abc import Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.origin import Origin
from analyzer.model.version import Version
from analyzer.model.version_table import AppliedRow


def applied_row(stored: str, framework: Framework, origin: Origin) -> AppliedRow:
    """Make a row of a stored text.

    A text that is no version becomes number 0, as Rails' ``to_i`` has it, and keeps its text.
    """
    return AppliedRow(framework.parse_version(stored) or Version(0, stored), origin)


def applied_rows(
    stored: Sequence[str | None], framework: Framework, origin: Origin
) -> tuple[AppliedRow, ...]:
    """Make rows of stored texts, all of one origin; those without one (NULL) are left out."""
    return tuple(applied_row(text, framework, origin) for text in stored if text is not None)


def notes_on(stored: Sequence[str | None]) -> tuple[str, ...]:
    """Say how many rows were left out because they hold no text at all."""
    missing = sum(text is None for text in stored)
    return (f"rows left out because their version is NULL: {missing}",) if missing else ()
