"""``migdoctor fix``."""

from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.fleets import build_fleet_requests, fleet_options
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.errors import UsageError
from analyzer.services.fix.guided_way import fix


@click.command("fix")
@common_options
@fleet_options
def command(*, output: str | None, **options: Any) -> int:
    """Walk through the whole repair: each step is explained, and asks before it does anything.

    Diagnoses, settles what is ambiguous, drafts the follow-up, backs up, rehearses, repairs,
    verifies and commits. Leave it at any question, or with Ctrl-C: nothing is half done, and the
    same command goes on from where things stand.
    """
    if output is not None:
        raise UsageError(
            "fix writes no artefact that -o could hold",
            why="it leads through a repair at the terminal",
            fix="leave out -o; migdoctor advise -o FILE writes what it would do",
        )
    return fix(build_fleet_requests(**options), TerminalDialogue(declined="")).status
