"""How long a change waits for the version table."""

import click

from analyzer.services.repair import options

LOCK_TIMEOUT = click.option(
    "--lock-timeout",
    metavar="TIME",
    default=options.LOCK_TIMEOUT,
    show_default=True,
    help="How long to wait for the version table's lock.",
)
