"""How the common options become a request."""

from datetime import UTC, datetime

from analyzer import limits
from analyzer.cli.options.values import read_prefix, read_table
from analyzer.errors import UsageError
from analyzer.model.findings.rename import Decision
from analyzer.workflow.reading.request import Request


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
    framework: str | None = None,
    no_cache: bool = False,
    notes: str | None = None,
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
        framework=framework,
        notes=notes,
        alone=True,
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
