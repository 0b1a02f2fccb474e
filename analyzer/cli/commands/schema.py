"""``migdoctor schema``."""

import sys
from datetime import UTC, datetime
from typing import Any

import click

from analyzer.cli.options.environments import place_of, typed_place
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.occasional_places import asked_place
from analyzer.cli.options.schema import read_comparison, schema_options
from analyzer.cli.options.values import read_prefix, read_table
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.screen import screen
from analyzer.model.findings.schema_diff import SchemaReport
from analyzer.report.artefact import kind_of
from analyzer.workflow.reading.request import Request
from analyzer.workflow.schema.schema import Against, read_schema


@click.command("schema")
@schema_options
@format_option(["text", "json", "ruby"])
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(
    *,
    repo: str | None,
    ref: str | None,
    directories: tuple[str, ...],
    against: str | None,
    schema_file: str | None,
    exec_prefix: str | None,
    table: str | None,
    framework: str | None,
    format_: str,
    output: str | None,
    **named: Any,
) -> int:
    """Show the schema that the migration files add up to, at any commit, without a database.

    With --diff, say what is missing, extra or different there, and which migration is responsible;
    the exit status is then 0 if nothing differs, 1 if something does. Reads only.
    """
    wanted = read_comparison(against, schema_file, format_)
    request = Request(
        now=datetime.now(UTC),
        repo=repo,
        ref=ref,
        directories=directories,
        table=read_table(table),
        framework=framework,
    )
    typed = typed_place(exec_prefix=read_prefix(exec_prefix), **named)
    find = place_of if wanted is Against.DATABASE else asked_place
    report = read_schema(request.at(find(typed, repo)), wanted, schema_file)
    deliver(_render(report, format_, output), output, kind_of(format_))
    return int(report.differs)


def _render(report: SchemaReport, format_: str, output: str | None) -> str:
    from analyzer.report.schema import schema_diff_text, schema_json, schema_text

    if format_ == "json":
        return schema_json.render(report)
    if format_ == "ruby":
        from analyzer.services.framework_writer import write_schema

        return write_schema(report, format_)
    shown = screen(sys.stdout, output)
    if report.diff is not None:
        return schema_diff_text.render(report, report.diff, shown.width, colour=shown.colour)
    return schema_text.render(report, shown.width, colour=shown.colour)
