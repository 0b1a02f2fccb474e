"""The options that settle what is not clear by itself: pairs, notes, whose migrations."""

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
NOTES = click.option(
    "--notes",
    metavar="FILE",
    help="Notes of what ran that record --to FILE keeps; default: those in the database.",
)
FRAMEWORK = click.option(
    "--framework",
    metavar="NAME",
    help="Framework of the migrations, such as rails; default: detected from the files.",
)
