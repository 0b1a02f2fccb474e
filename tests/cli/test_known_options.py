"""The options that printed commands get are those that the commands take."""

import click
import pytest

from analyzer.cli.group import group
from analyzer.cli.options.known_options import options_of
from analyzer.report.placed_commands import PLACES

_CONTEXT = click.Context(group())
_OTHER_TABLE = ("backup", "recover")  # of data, not of versions


def every_command():
    for name in group().list_commands(_CONTEXT):
        command = group().get_command(_CONTEXT, name)
        yield name, None, command
        if isinstance(command, click.Group):
            for own in command.list_commands(_CONTEXT):
                yield name, own, command.get_command(_CONTEXT, own)


@pytest.mark.parametrize(("name", "own", "command"), list(every_command()))
def test_what_a_command_takes_is_known(name, own, command):
    taken = {it for param in command.params for it in param.opts} & PLACES
    assert options_of(name, own) == taken - ({"--table"} if name in _OTHER_TABLE else set())


def test_of_no_command_nothing_is_known():
    assert options_of("migrate", None) == options_of("recover", "all") == frozenset()
