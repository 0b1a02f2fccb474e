"""``migdoctor check``."""

import os
import sys
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from analyzer.cli.consent import YES
from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.options import FRAMEWORK
from analyzer.errors import UsageError
from analyzer.model.gate.gate import GateReport

# the formats but text, each rendered by a module of analyzer.report that loads when it is asked for
_FORMATS = {
    "json": "gate_json",
    "github": "gate_github",
    "sarif": "gate_sarif",
    "junit": "gate_junit",
    "gitlab": "gate_gitlab",
    "markdown": "gate_markdown",
}


def _complete_code(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[Any]:
    from analyzer.analysis.gate.all_rules import RULES

    return [
        CompletionItem(code, help=rule.title)
        for code, rule in RULES.items()
        if code.startswith(begun.upper())
    ]


@click.command("check")
@click.option("--repo", metavar="PATH", help="Git repository; default: the one around this folder.")
@click.option("--base", metavar="REV",
              help="What the change goes into; default: what the CI system says, else "
              "origin/HEAD.")  # fmt: skip
@click.option("--ref", metavar="REV", help="The change; default: the working tree.")
@click.option("--staged", is_flag=True, help="Check what is about to be committed.")
@click.option("--also", metavar="REF", multiple=True,
              help="Another open branch that may be merged first, repeatable.")  # fmt: skip
@click.argument("more", nargs=-1, metavar="[REF]...")
@click.option("--since", metavar="TAG",
              help="Only what this release had counts as deployed.")  # fmt: skip
@click.option("--database-url", metavar="URL", help="Only what ran in this database counts.")
@click.option("--rows", metavar="FILE", help="Only these applied versions count; as diagnose's.")
@click.option("--dir", "directories", metavar="PATH", multiple=True,
              help="Migration folder from the repository's root, repeatable; default: by "
              "convention.")  # fmt: skip
@FRAMEWORK
@click.option("--format", "format_", type=click.Choice(["text", *_FORMATS]), default="text")
@click.option("--explain", metavar="CODE", shell_complete=_complete_code,
              help="Say what a finding means, and do nothing else.")  # fmt: skip
@click.option(
    "--fix",
    is_flag=True,
    help="Carry out what mends it, after asking; edits become a new migration.",
)
@YES
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
def command(
    *,
    format_: str,
    output: str | None,
    explain: str | None,
    also: tuple[str, ...],
    more: tuple[str, ...],
    fix: bool,
    yes: bool,
    **options: Any,
) -> int:
    """Say what a change does to migrations that others may have run.

    Compares from the commit that change and base have in common, and the order of the versions
    with the base as it is now. Reads only; exit status 1 where the change should not be merged.
    """
    if explain is not None:
        deliver(_explained(explain), output)
        return 0
    if more and not also:
        raise UsageError(
            f"{more[0]!r} is no option",
            why="check takes what it compares by name",
            fix="the base goes behind --base, the change behind --ref, other branches behind "
            "--also",
        )
    if fix:
        from analyzer.cli.check_fix import fix_and_check

        return fix_and_check(
            (*also, *more), yes=yes, show=partial(_show, format_, output), **options
        )
    report = _checked((*also, *more), **options)
    return _show(format_, output, report)


def _show(format_: str, output: str | None, report: GateReport) -> int:
    deliver(_render(report, format_, to_file=output is not None), output, kind_of(format_))
    return int(report.blocks)


def _checked(
    also: tuple[str, ...], *, base: str | None, staged: bool, since: str | None, **options: Any
) -> GateReport:
    from analyzer.workflow.gate.check import GateOptions, check
    from analyzer.workflow.reading.request import Request

    request = Request(now=datetime.now(UTC), **options)
    return check(request, GateOptions(base, staged, since, also), os.environ)


def _render(report: GateReport, format_: str, *, to_file: bool) -> str:
    if format_ in _FORMATS:
        rendered: str = import_module(f"analyzer.report.gate.{_FORMATS[format_]}").render(report)
        return rendered
    from analyzer.report.gate import gate_text

    shown = screen(sys.stdout)
    return gate_text.render(report, shown.width, colour=shown.colour and not to_file)


def _explained(code: str) -> str:
    from analyzer.analysis.gate.all_rules import RULES
    from analyzer.report.gate.gate_explain import render

    wanted = code.strip().upper()
    if wanted not in RULES:
        from difflib import get_close_matches

        near = get_close_matches(wanted, RULES, n=1, cutoff=0)
        raise UsageError(
            f"--explain {code}: there is no such finding",
            why="findings have codes such as MD301",
            fix=f"did you mean {near[0] if near else 'MD301'}? The README lists them all",
        )
    return render(RULES[wanted], screen(sys.stdout).width)
