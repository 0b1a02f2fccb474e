"""``migdoctor graph``."""

import sys
from datetime import UTC, datetime
from importlib import import_module

import click

from analyzer.cli.console import deliver, kind_of, say, screen
from analyzer.cli.options import FRAMEWORK
from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.findings.order_fix import FixKind
from analyzer.workflow.order.graphing import GraphOptions, read_graph
from analyzer.workflow.reading.request import Request

_CLEAN, _FOUND = 0, 1
# the formats but text, each rendered by a module of analyzer.report that loads when it is asked for
_FORMATS = {
    "json": "graph_json",
    "mermaid": "graph_mermaid",
    "dot": "graph_dot",
    "svg": "graph_svg",
}


@click.command("graph")
@click.option("--repo", metavar="PATH", help="Git repository; default: the one around this folder.")
@click.option("--ref", metavar="REV", help="Read the files at this commit; default: working tree.")
@click.option("--dir", "directories", metavar="PATH", multiple=True,
              help="Migration folder from the repository's root, repeatable; default: the "
              "application with the most migrations.")  # fmt: skip
@FRAMEWORK
@click.option("--format", "format_", type=click.Choice(["text", *_FORMATS]), default="text")
@click.option("--around", metavar="VERSION", help="Only this migration and those near it.")
@click.option("--depth", type=click.IntRange(min=0), default=1, show_default=True,
              help="How many steps from --around.")  # fmt: skip
@click.option("--fix", metavar="VERSION",
              help="Write the fix for this migration's order violation, as a patch for "
              "git apply.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
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
    output: str | None,
) -> int:
    """Say which migration must run before which, and where the versions break that order.

    Reads files only, no database. Exit status 1 where a migration needs what only a later one
    creates, or where two need each other.
    """
    request = Request(
        now=datetime.now(UTC), repo=repo, ref=ref, directories=directories, framework=framework
    )
    report = read_graph(request, GraphOptions(around, depth, fix))
    if fix is not None:
        return _deliver_fix(report, fix, output)
    deliver(_render(report, format_, to_file=output is not None), output, kind_of(format_))
    return _FOUND if report.broken else _CLEAN


def _deliver_fix(report: GraphReport, version: str, output: str | None) -> int:
    from analyzer.scripts.patch.file_patch import render_file_patch

    if not report.fixed:
        say(
            f"migdoctor graph: {version} lacks nothing that comes too late; there is nothing to fix"
        )
        return _CLEAN
    changes = []
    refused = False
    for fix in (fixed.fix for fixed in report.fixed):
        say(f"{'Not written' if fix.kind is FixKind.NONE else 'Fix'}: {fix.what}\n  why: {fix.why}")
        refused = refused or fix.kind is FixKind.NONE
        changes += [change for change in fix.changes if change not in changes]
    if refused:
        return _FOUND
    patch = render_file_patch(changes, [f"migdoctor graph --fix {version}: git apply THIS_FILE"])
    deliver(patch.decode("utf-8", "surrogateescape"), output, kind_of("patch"))
    return _CLEAN


def _render(report: GraphReport, format_: str, *, to_file: bool) -> str:
    if format_ in _FORMATS:
        rendered: str = import_module(f"analyzer.report.graph.{_FORMATS[format_]}").render(report)
        return rendered
    from analyzer.report.diagnosis.terminal_layout import Style
    from analyzer.report.graph import graph_text

    shown = screen(sys.stdout)
    return graph_text.render(report, Style(shown.width, shown.colour and not to_file))
