"""``migdoctor advise``."""

import sys
from typing import Any

import click

from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.options import build_request, common_options
from analyzer.workflow.advice.advising import advise_on


@click.command("advise")
@common_options
@click.option(
    "--environment",
    "environments",
    metavar="NAME=PLACE",
    multiple=True,
    help="A database to advise on, repeatable: its address, or a file of its rows as for --rows. "
    "What is right for one depends on the others.",
)
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="How long the application may be down.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def command(
    *,
    environments: tuple[str, ...],
    window: float | None,
    format_: str,
    output: str | None,
    **options: Any,
) -> int:
    """Say which way of recovery suits each environment, why, and what it would cost.

    Weighs a repair in place (of files or of rows), a rebuild from a backup, and a move table by
    table. Reads only; of the largest table samples are read, to see how fast a dump would be.
    """
    advices = advise_on(build_request(**options), environments, window)
    deliver(_render(advices, format_, to_file=output is not None), output, kind_of(format_))
    return int(any(advice.settle or advice.assessments for advice in advices))


def _render(advices: Any, format_: str, *, to_file: bool) -> str:
    from analyzer.report.advice import advice_json, advice_text

    if format_ == "json":
        return advice_json.render(advices)
    shown = screen(sys.stdout)
    return advice_text.render(advices, shown.width, colour=shown.colour and not to_file)
