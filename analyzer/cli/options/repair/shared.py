"""The options of the repairs alone: how long to wait for the table, and where a draft goes."""

import click

from analyzer.services.repair import options

LOCK_TIMEOUT = click.option(
    "--lock-timeout",
    metavar="TIME",
    default=options.LOCK_TIMEOUT,
    show_default=True,
    help="How long to wait for the version table's lock.",
)
FOLLOW_UP = click.option(
    "--follow-up",
    "draft",
    is_flag=False,
    flag_value=options.IN_FOLDER,
    metavar="[FILE]",
    help="Also write a migration there that adds what edits of renamed files hid; without a name, "
    "into the migration folder, after asking.",
)
