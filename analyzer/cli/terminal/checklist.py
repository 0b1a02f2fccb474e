"""How a checklist ends a command: shown, and turned into a status."""

import sys

from analyzer.cli.terminal.console import deliver, insist
from analyzer.cli.terminal.screen import screen
from analyzer.model.recovery.checklist import Checklist
from analyzer.report.artefact import kind_of
from analyzer.report.recovery import checklist as report

FORMATS = ["text", "json", "markdown"]


def show(checklist: Checklist, format_: str, output: str | None) -> int:
    """Write the list to standard output or a file; 1 if anything failed."""
    if format_ == "text":
        shown = screen(sys.stdout, output)
        deliver(report.render_text(checklist, shown.width, colour=shown.colour), output)
    else:
        deliver(report.FORMATS[format_](checklist), output, kind_of(format_))
    return int(bool(checklist.failed))


def tell(checklist: Checklist) -> int:
    """Write the list to standard error, beside an artefact; 1 if anything failed."""
    shown = screen(sys.stderr)
    insist(report.render_text(checklist, shown.width, colour=shown.colour))
    return int(bool(checklist.failed))
