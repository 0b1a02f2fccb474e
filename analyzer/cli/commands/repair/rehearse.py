"""``migdoctor rehearse``."""

import sys
from pathlib import Path
from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.everywhere import format_option
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
@click.option(
    "--repair",
    type=click.Choice(["rewrite", "rename-back"]),
    help="Which repair to try; default: the one that migdoctor advise recommends.",
)
@click.option(
    "--scratch-url",
    metavar="URL",
    help="An empty database to try it in; default: an embedded temporary server.",
)
@click.option(
    "--dump", metavar="FILE", help="Make the copy from this dump, not from the live database."
)
@click.option("--with-data", is_flag=True, help="Copy all rows, not only the version rows.")
@click.option(
    "--migrate-command",
    metavar="COMMAND",
    help="Run this after the repair, if it is seen to use DATABASE_URL: the scratch database.",
)
@click.option("--trust-migrate-command", is_flag=True, help="Run it without having seen that.")
@format_option(["text", "json"])
def command(
    *,
    repair: str | None,
    scratch_url: str | None,
    dump: str | None,
    with_data: bool,
    migrate_command: str | None,
    trust_migrate_command: bool,
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
    wanted = RehearsalOptions(repair or "", scratch_url, copied, with_data, *run)
    found = rehearse(build_request(**options), wanted, TerminalDialogue())
    if isinstance(found, Refusal):
        return refuse("rehearse", found)
    deliver(_render(found, format_), output, kind_of(format_))
    return int(not found.safe)


def _render(found: Rehearsal, format_: str) -> str:
    if format_ == "json":
        return rehearsal_text.render_json(found)
    return rehearsal_text.render(found, screen(sys.stdout).width)
