"""``migdoctor rehearse``."""

import sys
from pathlib import Path
from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.repair.rehearse import rehearse_options
from analyzer.cli.options.request import build_request
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import refuse
from analyzer.cli.terminal.screen import screen
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.rehearsal import Rehearsal
from analyzer.report.artefact import kind_of
from analyzer.report.repair import rehearsal_text
from analyzer.services.repair.options import RehearsalOptions
from analyzer.services.repair.rehearsal.rehearse import rehearse


@click.command("rehearse")
@common_options
@rehearse_options
@format_option(["text", "json"])
def command(
    *,
    repair: str | None,
    scratch_url: str | None,
    dump: str | None,
    with_data: bool,
    migrate_command: str | None,
    trust_migrate_command: bool,
    keep: bool,
    format_: str,
    output: str | None,
    **options: Any,
) -> int:
    """Try a repair on a copy, never on the real database, and report whether it is safe.

    Copies the schema and the version rows into a scratch database, repairs there, takes the
    repair back, repairs again, runs the migrate command if one is given, and diagnoses again.
    """
    copied = Path(dump) if dump else None
    run = migrate_command, trust_migrate_command
    wanted = RehearsalOptions(repair or "", scratch_url, copied, with_data, *run, keep)
    found = rehearse(build_request(**options), wanted, TerminalDialogue())
    if isinstance(found, Refusal):
        return refuse("rehearse", found)
    deliver(_render(found, format_), output, kind_of(format_))
    return int(not found.safe)


def _render(found: Rehearsal, format_: str) -> str:
    if format_ == "json":
        return rehearsal_text.render_json(found)
    return rehearsal_text.render(found, screen(sys.stdout).width)
