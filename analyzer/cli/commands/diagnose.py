"""``migdoctor diagnose``."""

import sys
from typing import Any

import click

from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.interrupted import say_open
from analyzer.cli.options import build_request, common_options
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.report import Report
from analyzer.report.diagnosis import json_document, terminal
from analyzer.report.diagnosis.terminal_layout import Style
from analyzer.workflow.reading.reading import FRAMEWORK
from analyzer.workflow.walk import walk

DESTROYS = "destroys"


@click.command("diagnose")
@common_options
@click.option(
    "--fail-on",
    type=click.Choice([*(it.value for it in Severity), DESTROYS]),
    multiple=True,
    help="End with 1 from this severity on (default: warning), repeatable; destroys: also where a "
    "migration removes what it says that it removes.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def command(*, fail_on: tuple[str, ...], format_: str, output: str | None, **options: Any) -> int:
    """Say which migrations diverged, and what the next migrate would do.

    Pairs each row of the version table with the migration file it stands for today, through git
    history. Reads only: neither the database nor the repository is changed.
    """
    request = build_request(**options)
    say_open(request)
    report = walk(request).report
    deliver(_render(report, format_, to_file=output is not None), output, kind_of(format_))
    return int(_fails(report, fail_on))


def _fails(report: Report, fail_on: tuple[str, ...]) -> bool:
    """Whether there is something that the caller wants to hear of by the exit status."""
    named = [Severity(it) for it in fail_on if it != DESTROYS] or [Severity.WARNING]
    ranks = list(Severity)
    lowest = max(ranks.index(it) for it in named)
    if any(ranks.index(finding.severity) <= lowest for finding in report.findings):
        return True
    losses = (loss for it in report.environments for loss in it.prediction.destroys)
    return DESTROYS in fail_on and any(loss.rows != 0 for loss in losses)


def _render(report: Report, format_: str, *, to_file: bool) -> str:
    if format_ == "json":
        return json_document.render(report)
    shown = screen(sys.stdout)
    style = Style(shown.width, shown.colour and not to_file)
    return terminal.render(report, style, FRAMEWORK.migrate)
