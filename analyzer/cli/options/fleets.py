"""The options that name a fleet, and the repair of one."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.request import build_request, build_requests
from analyzer.errors import UsageError
from analyzer.records import replace
from analyzer.workflow.reading.request import Request

_OPTIONS = (
    click.option(
        "--each-schema",
        metavar="PATTERN",
        help="A fleet: every schema of the pattern that has a version table; * is any text, ? one "
        "character.",
    ),
    click.option(
        "--each-database",
        metavar="PATTERN",
        help="The same for the databases of one server.",
    ),
)
CANARY = click.option(
    "--canary",
    metavar="N",
    type=click.IntRange(min=1),
    help="Of a fleet, change N tenants in all, verify them, and stop.",
)


def fleet_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a fleet."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def build_fleet_request(**options: Any) -> Request:
    """Turn option values into a request about one environment, which may be a fleet.

    Raises: as `build_request`.
    """
    each_schema, each_database = options.pop("each_schema"), options.pop("each_database")
    return _about(build_request(fleets=True, **options), each_schema, each_database)


def build_fleet_requests(**options: Any) -> tuple[Request, ...]:
    """The same for a command that takes several environments.

    Raises: as `build_requests`; also where a pattern is given for several.
    """
    each_schema, each_database = options.pop("each_schema"), options.pop("each_database")
    requests = build_requests(**options)
    if (each_schema is not None or each_database is not None) and len(requests) > 1:
        raise UsageError(
            "a pattern and several environments were both given",
            why="the pattern says which schemas (databases) of one server are its tenants",
            fix="write it to its environment in .migdoctor.toml: each-schema = PATTERN",
        )
    return tuple(_about(request, each_schema, each_database) for request in requests)


def _about(request: Request, each_schema: str | None, each_database: str | None) -> Request:
    if request.place is None or (each_schema is None and each_database is None):
        return request
    place = replace(request.place, each_schema=each_schema, each_database=each_database)
    return replace(request, place=place)
