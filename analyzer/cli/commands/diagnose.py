"""``migdoctor diagnose``."""

import sys
from functools import partial
from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.environments import UNREAD
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.fleets import build_fleet_requests, fleet_options
from analyzer.cli.options.values import FORMATS, PAGES
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.screen import screen, wished
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.report import Report
from analyzer.report.artefact import CI_FORMATS, kind_of
from analyzer.services.diagnose import diagnose_all, fails, migrate_command

DESTROYS, MAY_FAIL = "destroys", "may-fail"


@click.command("diagnose")
@common_options
@fleet_options
@click.option(
    "--fail-on",
    type=click.Choice([*(it.value for it in Severity), DESTROYS, MAY_FAIL]),
    multiple=True,
    help="End with 1 from this severity on (default: warning), repeatable; destroys: also where a "
    "migration removes or overwrites what it says; may-fail: also where only a run shows whether "
    "one gets through.",
)
@format_option([*FORMATS, *CI_FORMATS])
def command(*, fail_on: tuple[str, ...], format_: str, output: str | None, **options: Any) -> int:
    """Show which migrations diverged, and what the next migrate would do.

    Pairs each row of the version table with the migration file it stands for today, through git
    history. Reads only: neither the database nor the repository is changed.
    """
    severities = [Severity(it) for it in fail_on if it not in (DESTROYS, MAY_FAIL)]
    destroys, may_fail = DESTROYS in fail_on, MAY_FAIL in fail_on
    judged = partial(fails, severities=severities, destroys=destroys, may_fail=may_fail)
    asked = partial(build_fleet_requests, **options)
    if format_ in PAGES:
        from analyzer.cli.terminal.incident_page import deliver_page

        report = deliver_page(asked, format_, output).report
        return UNREAD if report.unread else int(judged(report))
    if format_ in CI_FORMATS:
        from analyzer.cli.ci_report import FailOn, deliver_announcement

        return deliver_announcement(asked, format_, output, FailOn(severities, destroys, may_fail))
    report = diagnose_all(asked(), TerminalDialogue())
    if report.findings:
        from analyzer.cli.options.placed_report import placed_report

        report = placed_report(report)
    deliver(_render(report, format_, output), output, kind_of(format_))
    return UNREAD if report.unread else int(judged(report))


def _render(report: Report, format_: str, output: str | None) -> str:
    if format_ == "json":
        from analyzer.report.diagnosis import json_document

        return json_document.render(report)
    from analyzer.report.diagnosis import terminal
    from analyzer.report.diagnosis.terminal_layout import Style

    shown = screen(sys.stdout, output)
    style = Style(shown.width, shown.colour, shown.plain, whole=wished().verbose)
    return terminal.render(report, style, migrate_command(report))
