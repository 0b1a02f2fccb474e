"""``migdoctor graph``."""

import sys
from importlib import import_module
from typing import Any

import click

from analyzer.cli.options.graph import FORMATS, graph_options
from analyzer.cli.options.graph_marks import read_marked
from analyzer.cli.terminal.console import deliver, say
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.screen import screen
from analyzer.model.findings.graph_report import GraphReport
from analyzer.report.artefact import ArtefactKind, kind_of
from analyzer.workflow.order.graphing import GraphOptions, read_graph


@click.command("graph")
@graph_options
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
def command(
    *,
    format_: str,
    around: str | None,
    depth: int,
    fix: str | None,
    all_: bool,
    output: str | None,
    **named: Any,
) -> int:
    """Say which migration must run before which, and where the versions break that order.

    Reads the files; where a database is named, it is read too, to mark what is applied, renamed
    and pending. Exit status 1 where a migration needs what only a later one creates, or where two
    need each other.
    """
    request, marked = read_marked(**named)
    brief = format_ != "json" and not all_ and fix is None
    report = read_graph(request, GraphOptions(around, depth, fix, brief=brief), marked)
    if fix is not None:
        return _deliver_fix(report, fix, output)
    if report.brief is not None and format_ in FORMATS:
        drawn, left = len(report.brief.graph.nodes), report.brief.left_out
        say(
            f"Drawn: {drawn} migrations, {report.brief.chosen}; {left} are left out, and --all "
            "draws them too"
        )
    if report.marks.place is None and format_ in FORMATS:
        say(f"Not marked as applied, renamed or pending: {report.marks.why} (--database-url)")
    deliver(_render(report, format_, output), output, kind_of(format_))
    return int(bool(report.broken))


def _deliver_fix(report: GraphReport, version: str, output: str | None) -> int:
    from analyzer.services.graph_fix import propose_fix

    proposed = propose_fix(report, version, TerminalDialogue())
    if proposed.patch is not None:
        deliver(proposed.patch, output, ArtefactKind.CODE)
    return proposed.status


def _render(report: GraphReport, format_: str, output: str | None) -> str:
    if format_ in FORMATS:
        rendered: str = import_module(f"analyzer.report.graph.{FORMATS[format_]}").render(report)
        return rendered
    from analyzer.report.diagnosis.terminal_layout import Style
    from analyzer.report.graph import graph_text

    shown = screen(sys.stdout, output)
    return graph_text.render(report, Style(shown.width, shown.colour))
