"""``migdoctor diagnose``."""

import sys
from functools import partial
from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.environments import UNREAD
from analyzer.cli.options.fleets import build_fleet_requests, fleet_options
from analyzer.cli.options.values import FORMATS, PAGES
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.screen import screen
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.report import Report
from analyzer.report.artefact import kind_of
from analyzer.services.diagnose import diagnose_all, fails, migrate_command

DESTROYS = "destroys"


@click.command("diagnose")
@common_options
@fleet_options
@click.option(
    "--fail-on",
    type=click.Choice([*(it.value for it in Severity), DESTROYS]),
    multiple=True,
    help="End with 1 from this severity on (default: warning), repeatable; destroys: also where a "
    "migration removes what it says that it removes.",
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text")
def command(*, fail_on: tuple[str, ...], format_: str, output: str | None, **options: Any) -> int:
    """Say which migrations diverged, and what the next migrate would do.

    Pairs each row of the version table with the migration file it stands for today, through git
    history. Reads only: neither the database nor the repository is changed.
    """
    report = _delivered(format_, output, **options)
    if report.unread:
        return UNREAD
    severities = [Severity(it) for it in fail_on if it != DESTROYS]
    return int(fails(report, severities, destroys=DESTROYS in fail_on))


def _delivered(format_: str, output: str | None, **options: Any) -> Report:
    """Diagnose, and deliver it in one of the formats."""
    if format_ in PAGES:
        from analyzer.cli.terminal.page import deliver_page

        asked = partial(build_fleet_requests, **options)
        return deliver_page(asked, format_, output).report
    report = diagnose_all(build_fleet_requests(**options), TerminalDialogue())
    deliver(_render(report, format_, output), output, kind_of(format_))
    return report


def _render(report: Report, format_: str, output: str | None) -> str:
    if format_ == "json":
        from analyzer.report.diagnosis import json_document

        return json_document.render(report)
    from analyzer.report.diagnosis import terminal
    from analyzer.report.diagnosis.terminal_layout import Style

    shown = screen(sys.stdout, output)
    style = Style(shown.width, shown.colour)
    return terminal.render(report, style, migrate_command(report))
