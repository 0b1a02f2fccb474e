"""Whose the migrations are."""

import click

FRAMEWORK = click.option(
    "--framework",
    metavar="NAME",
    help="Whose the migrations are, such as rails; default: recognised by the files.",
)
