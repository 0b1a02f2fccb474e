"""A diagnosis where others read it: a page as HTML or Markdown."""

import sys
from typing import TYPE_CHECKING

from analyzer.cli.terminal.console import deliver, redacted
from analyzer.errors import UsageError
from analyzer.report.artefact import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.model.findings.page_source import PageSource
    from analyzer.workflow.reading.request import Request


def demand_place(format_: str, output: str | None) -> None:
    """Refuse to print HTML at a terminal, before anything is read; a pipe and a file take it.

    Raises:
        UsageError: it would go to a terminal.
    """
    if format_ == "html" and output is None and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(
            "--format html would print a page's source at this terminal",
            why="a browser shows it, and a browser reads a file",
            fix="name a file: -o report.html",
        )


def deliver_page(
    asked: "Callable[[], Sequence[Request]]",
    format_: str,
    output: str | None,
    window: float | None = None,
) -> "PageSource":
    """Make the page and deliver it; returns what it was made of.

    Args: asked: reads what it is to be about, once it is known that it can be delivered.

    Raises:
        AnalyzerError: something cannot be read, or the file cannot be written.
    """
    from analyzer.cli.options.placed_report import placed_advice, placed_report, placed_text
    from analyzer.cli.terminal.dialogue import TerminalDialogue
    from analyzer.records import replace
    from analyzer.report.page import html, markdown
    from analyzer.report.page.build_page import build_page
    from analyzer.services.incident_page import gather_page

    demand_place(format_, output)
    source = gather_page(asked(), TerminalDialogue(), window)
    advice = placed_advice(source.advice) if source.advice is not None else None
    source = replace(source, report=placed_report(source.report), advice=advice)
    page = build_page(source)
    drawn = html.render if format_ == "html" else markdown.render
    deliver(drawn(page, lambda text: redacted(placed_text(text))), output, kind_of(format_))
    return source
