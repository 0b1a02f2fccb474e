"""Values of options that are more than a text."""

import shlex

from analyzer.errors import UsageError
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.rename import Decision
from analyzer.services.database import client_programs

PAGES = ("html", "markdown")
FORMATS = ("text", "json", *PAGES)
"""Of the commands that draw a page."""


def read_prefix(text: str | None) -> tuple[str, ...]:
    """Split what --exec was given into words; none where it was not.

    Raises:
        UsageError: it is empty, or its quotes are not closed.
    """
    if text is None:
        return ()
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(
            f"--exec {text!r} cannot be read", why=str(error), fix="close the quotes"
        ) from error
    if not words:
        raise UsageError(
            "--exec is empty",
            why=f"it names the command that {client_programs().client} runs through",
            fix="for example: --exec 'docker compose exec -T db'",
        )
    return words


def read_table(text: str | None, option: str = "--version-table") -> TableName | None:
    """Read [SCHEMA.]NAME. Raises UsageError where a part is empty."""
    if text is None:
        return None
    schema, dot, name = text.rpartition(".")
    if not name or (dot and not schema):
        raise UsageError(
            f"{option} {text!r} is not of the form [SCHEMA.]NAME",
            why="a part of it is empty",
            fix=f"for example: {option} public.{name or 'migrations'}",
        )
    return TableName(name, schema or None)


def read_decision(text: str, *, accept: bool) -> Decision:
    """Read a pair that is settled. Raises UsageError where it is not of the form OLD=NEW."""
    old, equals, new = text.partition("=")
    if not equals or not old.strip() or not new.strip():
        raise UsageError(
            f"{'--accept' if accept else '--reject'} {text!r} is not of the form OLD=NEW",
            why="it names a version that ran and the version of the file it is, or is not, today",
            fix="for example: --accept 20250715180254=20250823000002",
        )
    return Decision(old.strip(), new.strip(), accept)
