"""The commands that a fleet's repair prints, as they can be typed."""

from collections.abc import Iterator

from analyzer.engines.registry import engine
from analyzer.model.core.fleet import Fleet
from analyzer.model.core.shell_word import shell_word
from analyzer.services.repair.options import LOCK_TIMEOUT, RewriteOptions
from analyzer.workflow.reading.request import Request

_FROM_VARIABLE = "the variable DATABASE_URL"


def rewrite_command(request: Request, fleet: Fleet, options: RewriteOptions) -> str:
    """The command that goes on with the repair of a fleet."""
    return " ".join(["migdoctor", "rewrite", *_words(request, fleet, options), "--apply"])


def _words(request: Request, fleet: Fleet, options: RewriteOptions) -> Iterator[str]:
    for option, value in _values(request):
        if value:
            yield f"{option} {shell_word(value)}"
    yield from place_words(request)
    yield f"{fleet.kind.option} {shell_word(fleet.pattern)}"
    if options.audit:
        yield "--audit"
    if options.lock_timeout != LOCK_TIMEOUT:
        yield f"--lock-timeout {shell_word(options.lock_timeout)}"


def _values(request: Request) -> Iterator[tuple[str, str | None]]:
    yield "--repo", request.repo
    yield "--ref", request.ref
    yield from (("--dir", folder) for folder in request.directories)
    yield "--framework", request.framework
    yield "--deployed", request.deployed
    yield "--table", str(request.table) if request.table is not None else None
    for decision in request.decisions:
        option = "--accept" if decision.accept else "--reject"
        yield option, f"{decision.old}={decision.new}"


def place_words(request: Request) -> Iterator[str]:
    """The options that name a request's database; passwords are left out."""
    if request.named is not None:
        yield f"--environment {shell_word(request.named.option)}"
        return
    if request.exec_prefix:
        yield f"--exec {shell_word(' '.join(map(shell_word, request.exec_prefix)))}"
    if request.database_url is not None:
        address = engine().access.public_address(request.database_url)
        yield f"--database-url {shell_word(address)}"
    elif request.place is not None and request.place.source == _FROM_VARIABLE:
        yield '--database-url "$DATABASE_URL"'
