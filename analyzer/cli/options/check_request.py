"""How the options of ``check`` become a request and what is compared."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.errors import UsageError
from analyzer.workflow.gate.check import GateOptions
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.model.findings.rule import Rule


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
) -> tuple[Request, GateOptions]:
    """Turn option values into a request and what is compared.

    Raises:
        UsageError: there is a word that belongs to no option.
    """
    if more and not also:
        raise UsageError(
            f"{more[0]!r} is no option",
            why="check takes what it compares by name",
            fix="the base goes behind --base, the change behind --ref, other branches behind "
            "--also",
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
    return request, GateOptions(base, staged, since, (*also, *more))


def read_rule(text: str) -> "Rule":
    """Find a rule by the code that somebody typed.

    Raises:
        UsageError: there is no such finding; the error names the nearest.
    """
    from analyzer.analysis.gate.all_rules import RULES

    wanted = text.strip().upper()
    if wanted in RULES:
        return RULES[wanted]
    from difflib import get_close_matches

    near = get_close_matches(wanted, RULES, n=1, cutoff=0)
    raise UsageError(
        f"--explain {text}: there is no such finding",
        why="findings have codes such as MD301",
        fix=f"did you mean {near[0] if near else 'MD301'}? The README lists them all",
    )
