"""How the options of ``check`` become a request and what is compared."""

from datetime import UTC, datetime

from analyzer.errors import UsageError
from analyzer.model.findings.finding import CODES
from analyzer.workflow.gate.check import GateWish
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
) -> tuple[Request, GateWish]:
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
    return request, GateWish(base, staged, since, (*also, *more))


def read_code(text: str) -> str:
    """Read the code of a finding.

    Raises:
        UsageError: there is no such finding; the error names the nearest.
    """
    wanted = text.strip().upper()
    if wanted in CODES:
        return wanted
    from difflib import get_close_matches

    near = get_close_matches(wanted, CODES, n=1, cutoff=0)
    raise UsageError(
        f"--explain {text}: there is no such finding",
        why="findings have codes such as MD301",
        fix=f"did you mean {near[0] if near else 'MD301'}? The README lists them all",
    )
