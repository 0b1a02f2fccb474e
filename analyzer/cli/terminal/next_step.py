"""At a terminal a repair shows its preview and the rest of the path; its script goes elsewhere."""

import sys

import click
from click.core import ParameterSource

from analyzer.cli.terminal.console import say
from analyzer.cli.terminal.stream import is_terminal


def only_previewed(output: str | None) -> bool:
    """Whether the artefact of this command stays away: nobody asked for its form or its file."""
    if output is not None or not is_terminal(sys.stdout):
        return False
    source = click.get_current_context().get_parameter_source("format_")
    return source is not ParameterSource.COMMANDLINE


def tell_unwritten(file: str) -> None:
    """Say that this was a preview, and how the script is had."""
    drafted = click.get_current_context().params.get("draft") is not None
    done = "Nothing was repaired yet" if drafted else "Nothing was changed or written"
    say(f"{done}; add -o {file} for the script.")
