"""The options that name environments, for all commands that work on databases."""

from collections.abc import Callable
from typing import Any

import click

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
        help="All databases that .migdoctor.toml names; only where nothing is changed.",
    ),
    click.option(
        "--env-file",
        metavar="FILE",
        help="Variables besides this run's, such as DATABASE_URL: a file such as .env.",
    ),
)


def environment_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name environments."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
