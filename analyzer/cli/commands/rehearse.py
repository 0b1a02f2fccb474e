"""``migdoctor rehearse``."""

import sys
from pathlib import Path
from typing import Any

import click

from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import refuse
from analyzer.cli.rehearsing import RehearsalWish, rehearse
from analyzer.errors import UsageError
from analyzer.model.plans.plan import Refusal
from analyzer.report.repair import rehearsal_text

_SAFE, _UNSAFE = 0, 1


@click.command("rehearse")
@common_options
@click.option("--repair", type=click.Choice(["rewrite", "rename-back"]), default="rewrite",
              show_default=True, help="Which repair to try.")  # fmt: skip
@click.option("--scratch-url", metavar="URL",
              help="An empty database to try it in; default: a server that comes along, as long "
              "as it lasts.")  # fmt: skip
@click.option("--dump", metavar="FILE",
              help="Make the copy from this dump, not from the live database.")  # fmt: skip
@click.option("--with-data", is_flag=True, help="Copy all rows, not only the version rows.")
@click.option("--migrate-command", metavar="COMMAND",
              help="Run this after the repair, with DATABASE_URL set to the scratch "
              "database.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def command(
    *,
    repair: str,
    scratch_url: str | None,
    dump: str | None,
    with_data: bool,
    migrate_command: str | None,
    format_: str,
    output: str | None,
    **options: Any,
) -> int:
    """Try a repair on a copy, never on the patient, and say whether it is safe.

    Copies the schema and the version rows into a scratch database, repairs there, takes the
    repair back, repairs again, runs the migrate command if one is given, and diagnoses again.
    """
    request = build_request(**options)
    if request.rows is not None:
        raise UsageError(
            "rehearse needs a database or a dump, and --rows names a list of versions",
            why="the copy is made of the schema as well",
            fix="name the database, or pass --dump FILE",
        )
    wish = RehearsalWish(
        repair, scratch_url, Path(dump) if dump else None, with_data, migrate_command
    )
    found = rehearse(request, wish)
    if isinstance(found, Refusal):
        return refuse("rehearse", found)
    if format_ == "json":
        deliver(rehearsal_text.render_json(found), output, kind_of("json"))
    else:
        deliver(rehearsal_text.render(found, screen(sys.stdout).width), output)
    return _SAFE if found.safe else _UNSAFE
