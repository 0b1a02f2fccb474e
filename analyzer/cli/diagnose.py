"""``migdoctor diagnose``."""

import sys
from typing import Any

import click

from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.interrupted import say_open
from analyzer.cli.options import build_request, common_options
from analyzer.model.finding import Severity
from analyzer.model.report import Report
from analyzer.report import json_document, terminal
from analyzer.report.terminal_layout import Style
from analyzer.workflow.reading import FRAMEWORK
from analyzer.workflow.walk import walk


@click.command("diagnose")
@common_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def command(*, format_: str, output: str | None, **options: Any) -> int:
    """Say which migrations diverged, and what the next migrate would do.

    Pairs each row of the version table with the migration file it stands for today, through git
    history. Reads only: neither the database nor the repository is changed.
    """
    request = build_request(**options)
    say_open(request)
    report = walk(request).report
    deliver(_render(report, format_, to_file=output is not None), output, kind_of(format_))
    return int(any(finding.severity is not Severity.NOTE for finding in report.findings))


def _render(report: Report, format_: str, *, to_file: bool) -> str:
    if format_ == "json":
        return json_document.render(report)
    shown = screen(sys.stdout)
    style = Style(shown.width, shown.colour and not to_file)
    return terminal.render(report, style, FRAMEWORK.migrate)
