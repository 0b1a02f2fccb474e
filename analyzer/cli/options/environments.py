"""Which environments a command is about, by what its options say; for all commands."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.terminal.console import learn_secrets
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.model.core.environments import DatabasePlace, TypedPlace

UNREAD = 2  # the status where some environment could not be read; the others are reported


_OPTIONS = (
    click.option(
        "--environment",
        "environments",
        metavar="NAME[=PLACE]",
        multiple=True,
        help="A database by its name in .migdoctor.toml, or with its address or a file of its "
        "rows as PLACE; repeatable where nothing is changed.",
    ),
    click.option(
        "--all-environments",
        is_flag=True,
        help="All databases that .migdoctor.toml names; where a command changes something, "
        "only with fix, and rewrite -o FOLDER.",
    ),
    click.option(
        "--env-file",
        metavar="FILE",
        help="File with further variables, such as .env with DATABASE_URL.",
    ),
)


def environment_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name environments."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def typed_place(*, all_environments: bool, **named: Any) -> TypedPlace:
    """Collect what was typed of databases, by the fields of `TypedPlace`."""
    return TypedPlace(every=all_environments, **named)


def places_of(typed: TypedPlace, repo: str | None) -> tuple[DatabasePlace, ...]:
    """Find all environments that were asked for. Raises UsageError, see `read_places`."""
    if typed.settled is not None:
        return (typed.settled,)
    from analyzer.services.environments import read_places

    return tuple(map(_learnt, read_places(typed, repo, TerminalDialogue())))


def place_of(typed: TypedPlace, repo: str | None = None) -> DatabasePlace:
    """Find the one environment of a command, and say which it is; see `read_one_place`.

    The settings are read though an option names it: no command passes over a mistake in them.

    Raises:
        UsageError: there are several, or what names it cannot be taken.
    """
    from analyzer.services.environments import read_one_place

    return _learnt(read_one_place(typed, repo, TerminalDialogue()))


def _learnt(place: DatabasePlace) -> DatabasePlace:
    """Let nothing secret leave that the configuration brought in."""
    learn_secrets([*place.exec_prefix, *([place.url] if place.url else ())])
    return place
