"""At a terminal a repair shows its preview and what comes next; its script goes elsewhere."""

import shlex
import sys

import click
from click.core import ParameterSource

from analyzer.cli.terminal.console import say
from analyzer.cli.terminal.screen import wished
from analyzer.cli.terminal.stream import is_terminal


def only_previewed(output: str | None) -> bool:
    """Whether the artefact of this command stays away: nobody asked for its form or its file."""
    if output is not None or not is_terminal(sys.stdout):
        return False
    source = click.get_current_context().get_parameter_source("format_")
    return source is not ParameterSource.COMMANDLINE


def tell_next(file: str, *, applicable: bool = True) -> None:
    """Say how to go on, with the options that were typed."""
    typed = shlex.join(["migdoctor", *wished().typed])
    ways = {f"{typed} --apply": "carry it out, after a question"} if applicable else {}
    ways[f"{typed} -o {file}"] = "write the script, to read it or to run it yourself"
    lines = (f"  {command}\n      {meaning}" for command, meaning in ways.items())
    say("\n".join(["Nothing was changed or written. Next:", *lines]))
