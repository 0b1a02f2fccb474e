"""``migdoctor graph``."""

import sys
from datetime import UTC, datetime
from importlib import import_module

import click

from analyzer.cli.options.graph import FORMATS, PICTURES, graph_options
from analyzer.cli.terminal.console import deliver, say
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.screen import screen
from analyzer.model.findings.graph_report import GraphReport
from analyzer.report.artefact import ArtefactKind, kind_of
from analyzer.workflow.order.graphing import GraphOptions, read_graph
from analyzer.workflow.reading.request import Request


@click.command("graph")
@graph_options
@click.option(
    "-o", "--output", metavar="FILE", help="Write to this file instead of standard output."
)
def command(
    *,
    repo: str | None,
    ref: str | None,
    directories: tuple[str, ...],
    framework: str | None,
    format_: str,
    around: str | None,
    depth: int,
    fix: str | None,
    all_: bool,
    output: str | None,
) -> int:
    """Show which migrations depend on which, and where the versions break that order.

    Reads files only, no database. Exit status 1 where a migration needs what only a later one
    creates, or where two need each other.
    """
    request = Request(
        now=datetime.now(UTC), repo=repo, ref=ref, directories=directories, framework=framework
    )
    brief = format_ in PICTURES and not all_
    report = read_graph(request, GraphOptions(around, depth, fix, brief=brief))
    if fix is not None:
        return _deliver_fix(report, fix, output)
    if around is None and report.neighbourhood is not None:
        drawn, left = len(report.graph.nodes), report.neighbourhood.beyond
        say(
            f"Drawn: {drawn} migrations that break the order or are next to one; {left} are left "
            "out, and --all draws them too"
        )
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
