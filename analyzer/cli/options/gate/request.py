"""How the options of ``check`` become a request and what is compared."""

from datetime import UTC, datetime

from analyzer.errors import UsageError
from analyzer.model.core.environments import TypedPlace
from analyzer.workflow.gate.check import GateOptions
from analyzer.workflow.reading.request import Request


def read_gate(
    *,
    repo: str | None,
    base: str | None,
    ref: str | None,
    staged: bool,
    also: tuple[str, ...],
    more: tuple[str, ...],
    since: str | None,
    database_url: str | None,
    rows: str | None,
    directories: tuple[str, ...],
    framework: str | None,
    environments: tuple[str, ...],
    all_environments: bool,
    env_file: str | None = None,
) -> tuple[Request, GateOptions]:
    """Turn option values into a request and what is compared.

    Raises:
        UsageError: there is a word that belongs to no option.
    """
    if more and not also:
        raise UsageError(
            f"{more[0]!r} is not an option of check",
            why="check takes what it compares through options",
            fix="pass the base with --base, the change with --ref, other branches with --also",
        )
    request = Request(
        now=datetime.now(UTC),
        repo=repo,
        ref=ref,
        directories=directories,
        database_url=database_url,
        rows=rows,
        framework=framework,
    )
    typed = TypedPlace(database_url, rows, (), environments, all_environments, env_file=env_file)
    return request, GateOptions(base, staged, since, (*also, *more), typed)
