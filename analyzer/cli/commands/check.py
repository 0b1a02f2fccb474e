"""``migdoctor check``."""

import os
import sys
from typing import Any

import click

from analyzer.cli.options.environments import UNREAD
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.gate.check import EXPLAIN, FIX, sides_options
from analyzer.cli.options.gate.recorded_renames import read_recording, recording_options
from analyzer.cli.options.repair.consent import YES
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.screen import screen
from analyzer.model.gate.gate import GateReport
from analyzer.report.artefact import kind_of
from analyzer.report.gate import gate_formats
from analyzer.report.gate.gate_formats import FORMATS


@click.command("check")
@sides_options
@format_option(["text", *FORMATS])
@EXPLAIN
@FIX
@YES
@recording_options
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(
    *, format_: str, output: str | None, explain: str | None, fix: bool, yes: bool, **sides: Any
) -> int:
    """Check what a change does to migrations that others may have run.

    Compares from the commit that change and base have in common, and the order of the versions
    with the base as it is now. Reads only; exit status 1 where the change should not be merged.
    """
    if explain is not None:
        deliver(_explained(explain), output)
        return 0
    report = _checked(fix=fix, yes=yes, **sides)
    deliver(_render(report, format_, output), output, kind_of(format_))
    return UNREAD if report.unread else int(report.blocks)


def _checked(*, fix: bool, yes: bool, **options: Any) -> GateReport:
    from analyzer.cli.options.gate.request import read_gate

    recording, sides = read_recording(fix=fix, **options)
    request, wish = read_gate(**sides)
    if not fix and recording is None:
        from analyzer.workflow.gate.check import check

        return check(request, wish, os.environ)
    from analyzer.cli.terminal.dialogue import TerminalDialogue

    dialogue = TerminalDialogue(yes=yes)
    if recording is not None:
        from analyzer.services.gate.write_renames import write_renames

        return write_renames(request, wish, os.environ, recording, dialogue)
    from analyzer.services.gate.check_fix import fix_and_check

    return fix_and_check(request, wish, os.environ, dialogue)


def _render(report: GateReport, format_: str, output: str | None) -> str:
    if format_ in FORMATS:
        return gate_formats.render(report, format_)
    from analyzer.report.gate import gate_text

    shown = screen(sys.stdout, output)
    return gate_text.render(report, shown.width, colour=shown.colour)


def _explained(code: str) -> str:
    from analyzer.report.gate.gate_explain import render
    from analyzer.services.gate.explain import read_rule

    return render(read_rule(code), screen(sys.stdout).width)
