"""``migdoctor advise``."""

import sys
from functools import partial
from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.environments import UNREAD
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.fleets import build_fleet_requests, fleet_options
from analyzer.cli.options.placed_report import placed_advice
from analyzer.cli.options.values import FORMATS, PAGES
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.screen import screen
from analyzer.errors import RefusedError
from analyzer.model.findings.advice import AdviceForAll
from analyzer.report.artefact import kind_of
from analyzer.workflow.advice.advise import advise_on


@click.command("advise")
@common_options
@fleet_options
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="How long the application may be down.",
)
@format_option(FORMATS)
def command(
    *,
    window: float | None,
    format_: str,
    output: str | None,
    **options: Any,
) -> int:
    """Recommend a recovery option for each environment: why it suits, and what it would cost.

    Weighs a repair in place (of files or of rows), a rebuild from a backup, and a move table by
    table. Reads only; of the largest table samples are read, to see how fast a dump would be.
    """
    if format_ in PAGES:
        return _page(format_, output, window, **options)
    advice = placed_advice(advise_on(build_fleet_requests(**options), window))
    deliver(_render(advice, format_, output), output, kind_of(format_))
    return UNREAD if advice.unread else int(advice.wanted)


def _page(format_: str, output: str | None, window: float | None, **options: Any) -> int:
    from analyzer.cli.terminal.incident_page import deliver_page

    source = deliver_page(partial(build_fleet_requests, **options), format_, output, window)
    if source.advice is None and source.no_advice is not None:
        error = source.no_advice
        raise RefusedError(error.what, why=error.why, fix=error.fix)
    wanted = source.advice is not None and source.advice.wanted
    return UNREAD if source.report.unread else int(wanted)


def _render(advice: AdviceForAll, format_: str, output: str | None) -> str:
    from analyzer.report.advice import advice_json, advice_text

    if format_ == "json":
        return advice_json.render(advice)
    shown = screen(sys.stdout, output)
    return advice_text.render(advice, shown.width, colour=shown.colour)
