"""``migdoctor schema``."""

import sys
from datetime import UTC, datetime

import click

from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.options import read_prefix, read_table
from analyzer.errors import UsageError
from analyzer.model.findings.schema_diff import SchemaReport
from analyzer.workflow.reading.request import Request
from analyzer.workflow.schema.schema import Against, read_schema

DIFFERENT = 1


@click.command("schema")
@click.option("--repo", metavar="PATH", help="Git repository; default: the one around you.")
@click.option("--ref", metavar="REV", help="Read this commit; default: the working tree.")
@click.option(
    "--dir",
    "directories",
    metavar="PATH",
    multiple=True,
    help="Migration folder from the repository's root, repeatable; default: the application with "
    "the most migrations, or with the versions that the compared database ran.",
)
@click.option(
    "--diff",
    "against",
    type=click.Choice([against.value for against in Against]),
    help="Compare with the database, or with db/schema.rb or db/structure.sql.",
)
@click.option("--schema-file", metavar="PATH", help="Compare with this schema file.")
@click.option(
    "--database-url",
    metavar="URL",
    help="For --diff database; default: DATABASE_URL, then libpq's PG* variables.",
)
@click.option(
    "--exec",
    "exec_prefix",
    metavar="PREFIX",
    help="For --diff database: run psql through this, such as 'docker compose exec -T db'.",
)
@click.option(
    "--table",
    metavar="[SCHEMA.]NAME",
    help="For --diff database: the version table, whose schema and prefix count.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "ruby"]), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write there instead.")
def command(
    *,
    repo: str | None,
    ref: str | None,
    directories: tuple[str, ...],
    against: str | None,
    schema_file: str | None,
    database_url: str | None,
    exec_prefix: str | None,
    table: str | None,
    format_: str,
    output: str | None,
) -> int:
    """Show the schema that the migration files add up to, at any commit, without a database.

    With --diff, say what is missing, extra or different there, and which migration is responsible;
    the exit status is then 0 if nothing differs, 1 if something does. Reads only.
    """
    wanted = _wanted(against, schema_file, format_)
    request = Request(
        now=datetime.now(UTC),
        repo=repo,
        ref=ref,
        directories=directories,
        database_url=database_url,
        exec_prefix=read_prefix(exec_prefix),
        table=read_table(table),
    )
    report = read_schema(request, wanted, schema_file)
    deliver(_render(report, format_, to_file=output is not None), output, kind_of(format_))
    return DIFFERENT if report.diff is not None and not report.diff.equal else 0


def _wanted(against: str | None, schema_file: str | None, format_: str) -> Against | None:
    """Which comparison is asked for; --schema-file alone asks for one as well."""
    wanted = Against(against) if against else Against.SCHEMA_FILE if schema_file else None
    if schema_file and wanted is Against.DATABASE:
        raise UsageError(
            "--diff database and --schema-file were both given",
            why="one comparison is made at a time",
            fix="leave one of the two out",
        )
    if wanted is not None and format_ == "ruby":
        raise UsageError(
            "--format ruby cannot show a comparison",
            why="it writes the schema of the files in the language of db/schema.rb",
            fix="leave out --diff and --schema-file, or take --format text or json",
        )
    return wanted


def _render(report: SchemaReport, format_: str, *, to_file: bool) -> str:
    from analyzer.frameworks.rails.schema_file import schema_rb_text
    from analyzer.report.schema import schema_diff_text, schema_json, schema_text

    if format_ == "json":
        return schema_json.render(report)
    if format_ == "ruby":
        return schema_rb_text.render(report)
    shown = screen(sys.stdout)
    colour = shown.colour and not to_file
    if report.diff is not None:
        return schema_diff_text.render(report, report.diff, shown.width, colour=colour)
    return schema_text.render(report, shown.width, colour=colour)
