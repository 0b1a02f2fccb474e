"""The common options, and how they become a request."""

import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from analyzer import limits
from analyzer.errors import UsageError
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.rename import Decision
from analyzer.workflow.reading.request import Request

_OPTIONS = (
    click.option(
        "--repo",
        metavar="PATH",
        help="Git repository, bare ones too; default: the one around the current folder.",
    ),
    click.option(
        "--ref", metavar="REV", help="Read the files at this commit; default: the working tree."
    ),
    click.option(
        "--dir",
        "directories",
        metavar="PATH",
        multiple=True,
        help="Migration folder from the repository's root, repeatable; "
        "default: found by convention.",
    ),
    click.option(
        "--deployed",
        metavar="REV",
        help="The commit that production runs; default: inferred from the rows.",
    ),
    click.option(
        "--database-url",
        metavar="URL",
        help="Default: DATABASE_URL, then libpq's PG* variables and service file.",
    ),
    click.option(
        "--rows",
        metavar="FILE",
        help="Applied versions without a database: pg_dump text, structure.sql, psql or CSV "
        "output, db:migrate:status output, or one version a line; - is standard input.",
    ),
    click.option(
        "--exec",
        "exec_prefix",
        metavar="PREFIX",
        help="Run psql through this, such as 'docker compose exec -T db'.",
    ),
    click.option(
        "--table", metavar="[SCHEMA.]NAME", help="The version table, if it is not found by itself."
    ),
    click.option(
        "--accept",
        metavar="OLD=NEW",
        multiple=True,
        help="Settle a pair: it is the same migration.",
    ),
    click.option(
        "--reject",
        metavar="OLD=NEW",
        multiple=True,
        help="Settle a pair: these are two migrations.",
    ),
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read the whole history again, and keep nothing of it in the user's cache folder.",
    ),
    click.option(
        "-o", "--output", metavar="FILE", help="Write there instead of to standard output."
    ),
)


def common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that all commands share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def build_request(
    *,
    repo: str | None,
    ref: str | None,
    directories: tuple[str, ...],
    deployed: str | None,
    database_url: str | None,
    rows: str | None,
    exec_prefix: str | None,
    table: str | None,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    no_cache: bool = False,
) -> Request:
    """Turn option values into a request.

    Raises:
        UsageError: a value is not of the form that its option takes.
    """
    if len(accept) + len(reject) > limits.DECISIONS.most:
        raise limits.DECISIONS.exceeded(UsageError, "the command line")
    decisions = [_decision(text, accept=True) for text in accept]
    decisions += [_decision(text, accept=False) for text in reject]
    return Request(
        now=datetime.now(UTC),
        repo=repo,
        ref=ref,
        directories=directories,
        deployed=deployed,
        database_url=database_url,
        rows=rows,
        exec_prefix=read_prefix(exec_prefix),
        table=read_table(table),
        decisions=tuple(decisions),
        cache=not no_cache,
    )


def _decision(text: str, *, accept: bool) -> Decision:
    old, equals, new = text.partition("=")
    if not equals or not old.strip() or not new.strip():
        raise UsageError(
            f"{'--accept' if accept else '--reject'} {text!r} is not of the form OLD=NEW",
            why="it names a version that ran and the version of the file it is, or is not, today",
            fix="for example: --accept 20250715180254=20250823000002",
        )
    return Decision(old.strip(), new.strip(), accept)


def read_prefix(text: str | None) -> tuple[str, ...]:
    """Split what --exec was given into words; none where it was not.

    Raises:
        UsageError: it is empty, or its quotes are not closed.
    """
    if text is None:
        return ()
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(
            f"--exec {text!r} cannot be read", why=str(error), fix="close the quotes"
        ) from error
    if not words:
        raise UsageError(
            "--exec is empty",
            why="it names the command that psql runs through",
            fix="for example: --exec 'docker compose exec -T db'",
        )
    return words


def read_table(text: str | None, option: str = "--table") -> TableName | None:
    """Read [SCHEMA.]NAME. Raises UsageError where a part is empty."""
    if text is None:
        return None
    schema, dot, name = text.rpartition(".")
    if not name or (dot and not schema):
        raise UsageError(
            f"{option} {text!r} is not of the form [SCHEMA.]NAME",
            why="a part of it is empty",
            fix=f"for example: {option} public.schema_migrations",
        )
    return TableName(name, schema or None)
