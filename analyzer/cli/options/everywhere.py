"""The options that every command has: colour, and how much is told; and the form of its report."""

from collections.abc import Callable, Iterable
from typing import Any

import click

from analyzer.cli.terminal.screen import Wishes, wish, wished
from analyzer.records import asdict


def _heed(_ctx: click.Context, option: click.Parameter, value: object) -> None:
    """Remember the option for the whole run; the command itself never sees it."""
    if value:
        wish(Wishes(**{**asdict(wished()), str(option.name): value}))
        if wished().verbose:
            from analyzer.cli.terminal.narrator import narrate

            narrate()


def format_option(formats: Iterable[str]) -> Callable[[Any], Any]:
    """Let the form of a report be chosen; text, for people, where nothing is said."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(list(formats)),
        default="text",
        help="Output format; default: text.",
    )


def shared_options() -> list[click.Parameter]:
    """Make them anew, for one command."""
    return [
        click.Option(
            ["--color", "--colour", "color"],
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_heed,
            help="Colours: auto (default) means at a terminal only; NO_COLOR and FORCE_COLOR are "
            "obeyed.",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_heed,
            help="Print only errors, questions and what was asked for.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_heed,
            help="Print long lists to their end, which programs are run, and how long the command "
            "took.",
        ),
    ]
