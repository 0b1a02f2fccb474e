"""The option that names a file of notes."""

import click

NOTES = click.option(
    "--notes",
    metavar="FILE",
    help="Notes of what ran that record --to FILE keeps; default: those in the database.",
)
