"""The words of this command line that name the database, for the commands that it prints."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache

import click

from analyzer.cli.group import group
from analyzer.cli.options.values import read_prefix
from analyzer.errors import AnalyzerError
from analyzer.model.words.shell_word import shell_word
from analyzer.report.placed_commands import EVERY, PLACES, placed
from analyzer.workflow.next_steps.typed_commands import naming
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environments import ad_hoc


def carried(text: str, typed: Sequence[str]) -> str:
    """The text, its commands with the place that was typed, as far as each takes it."""
    try:
        named = [(option, _words(option, value)) for option, value in _pairs(typed)]
        told = placed(text, named, _taken) if named else text
    except (AnalyzerError, ValueError):  # what was typed cannot be taken, which is told elsewhere
        return text
    note = "" if told == text else _note(typed)
    return f"{told}\n{note}" if note else told


@cache
def _taken(name: str, own: str | None) -> frozenset[str]:
    """The options that a command takes; none where there is no such command."""
    context = click.Context(group())
    command = group().get_command(context, name)
    if own is not None and isinstance(command, click.Group):
        command = command.get_command(context, own)
    return (
        frozenset(it for param in command.params for it in param.opts) if command else frozenset()
    )


def _pairs(typed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The options of a place, with their values."""
    words = iter(typed)
    for word in words:
        option, equals, value = word.partition("=")
        if option == "--":
            return
        if option in PLACES:
            yield option, value if equals or option == EVERY else next(words, "")


def _words(option: str, value: str) -> str:
    """One option as it can be typed again, without secrets."""
    now = datetime.now(UTC)
    if option == EVERY:
        return option
    if option == "--database-url":
        return naming(Request(now, database_url=value)).database
    if option == "--exec":
        return naming(Request(now, exec_prefix=read_prefix(value))).database
    if option == "--environment" and "=" in value:
        return naming(Request(now).at(ad_hoc(value))).database
    return f"{option} {'FILE' if value == '-' else shell_word(value)}"


def _note(typed: Sequence[str]) -> str:
    """Which variable to set first, where the address that was typed holds a password."""
    now, named = datetime.now(UTC), dict(_pairs(typed))
    own, environment = named.get("--database-url"), named.get("--environment", "")
    if own:
        return naming(Request(now, database_url=own)).note
    return naming(Request(now).at(ad_hoc(environment))).note if "=" in environment else ""
