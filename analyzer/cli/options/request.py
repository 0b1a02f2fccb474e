"""How the common options become a request."""

from datetime import UTC, datetime
from typing import Any

from analyzer import limits
from analyzer.cli.options.environments import place_of, places_of, typed_place
from analyzer.cli.options.values import read_decision, read_prefix, read_table
from analyzer.errors import UsageError
from analyzer.model.core.environments import TypedPlace
from analyzer.workflow.reading.request import Request


def build_request(*, fleets: bool = False, **options: Any) -> Request:
    """Turn option values into a request about one environment. Raises as `build_requests`."""
    request, typed = read_options(**options)
    found = request.at(place_of(typed, request.repo))
    if fleets or not found.is_fleet:
        return found
    from analyzer.workflow.reading.rows.fleets import demand_one

    return demand_one(found)


def build_requests(**options: Any) -> tuple[Request, ...]:
    """Turn option values into a request for each environment.

    Raises:
        UsageError: a value is not of the form that its option takes, or an environment is unknown.
    """
    request, typed = read_options(**options)
    places = places_of(typed, request.repo)
    return tuple(request.at(place, several=len(places) > 1) for place in places)


def read_options(
    *,
    repo: str | None,
    ref: str | None,
    directories: tuple[str, ...],
    deployed: str | None,
    exec_prefix: str | None,
    table: str | None,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    framework: str | None = None,
    no_cache: bool = False,
    notes: str | None = None,
    **named: Any,
) -> tuple[Request, TypedPlace]:
    """Read the options: a request about no environment yet, and what was typed of places."""
    if len(accept) + len(reject) > limits.DECISIONS.most:
        raise limits.DECISIONS.exceeded(UsageError, "the command line")
    said = [*((it, True) for it in accept), *((it, False) for it in reject)]
    prefix = read_prefix(exec_prefix)
    typed = typed_place(directories=directories, framework=framework, exec_prefix=prefix, **named)
    request = Request(
        now=datetime.now(UTC),
        repo=repo,
        ref=ref,
        directories=directories,
        deployed=deployed,
        table=read_table(table),
        decisions=tuple(read_decision(text, accept=yes) for text, yes in said),
        cache=not no_cache,
        framework=framework,
        notes=notes,
        alone=True,
    )
    return request, typed
