"""Which options a command takes, for the commands that are printed."""

from functools import cache

import click

from analyzer.cli.group import group

_TABLES_OF_DATA = frozenset({"backup", "recover"})  # their --table is another one


@cache
def options_of(name: str, own: str | None) -> frozenset[str]:
    """The options that a command takes; none where there is no such command."""
    context = click.Context(group())
    command = group().get_command(context, name)
    if own is not None and isinstance(command, click.Group):
        command = command.get_command(context, own)
    options = {it for param in command.params for it in param.opts} if command else set()
    return frozenset(options - ({"--table"} if name in _TABLES_OF_DATA else set()))
