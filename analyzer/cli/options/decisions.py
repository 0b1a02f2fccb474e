"""The options that settle an open pair."""

import click

DECISIONS = (
    click.option(
        "--accept",
        metavar="OLD=NEW",
        multiple=True,
        help="Settle a pair: it is the same migration.",
    ),
    click.option(
        "--reject",
        metavar="OLD=NEW",
        multiple=True,
        help="Settle a pair: these are two migrations.",
    ),
)
