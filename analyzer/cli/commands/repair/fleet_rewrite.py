"""``migdoctor rewrite`` of a fleet."""

import sys
from collections.abc import Iterator

from analyzer.cli.terminal.console import deliver, say
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import conclude
from analyzer.cli.terminal.folder import deliver_into
from analyzer.errors import UsageError
from analyzer.report.artefact import ArtefactKind
from analyzer.services.fleets import rewrite
from analyzer.services.fleets.plan import FleetPlan
from analyzer.services.repair.options import FleetOptions
from analyzer.workflow.reading.request import Request

_FORMATS = ("sql", "json")


def rewrite_fleet(
    request: Request,
    options: FleetOptions,
    dialogue: TerminalDialogue,
    output: str | None,
    format_: str,
) -> int:
    """Plan it for each group; carry it out tenant by tenant, or write a script for each.

    Args: output: a folder for the scripts; a file for what is JSON.
    """
    if format_ not in _FORMATS:
        raise UsageError(
            f"--format {format_} is not available for a fleet",
            why="files are changed once, not once per tenant",
            fix=f"run it for one tenant: migdoctor rewrite --format {format_} "
            "--version-table SCHEMA.NAME",
        )
    if options.carry_out:
        ended = rewrite.apply(request, options, dialogue)
        return conclude(ended, as_json=format_ == "json", output=output)
    plan = rewrite.propose(request, options, dialogue)
    _write(plan, plan.scripts(options.rows), format_, output)
    return plan.status


def _write(
    plan: FleetPlan, scripts: Iterator[tuple[str, str]], format_: str, output: str | None
) -> None:
    if format_ == "json":
        from analyzer.report.repair.plan_document import render_fleet_plans

        deliver(render_fleet_plans(plan.told()), output, ArtefactKind.JSON)
    elif output is not None:
        number = deliver_into(output, scripts, ".sql", ArtefactKind.CODE)
        say(f"{number} scripts are in {output}: each is a transaction of its own.")
    elif not sys.stdout.isatty():
        deliver("\n".join(text for _, text in scripts), None, ArtefactKind.CODE)
