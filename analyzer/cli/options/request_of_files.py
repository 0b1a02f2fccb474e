"""A request that reads no database, whatever the application's own file names."""

from typing import Any

from analyzer.cli.options.environments import place_of
from analyzer.cli.options.request import read_options
from analyzer.workflow.reading.request import Request


def build_request_of_files(**options: Any) -> Request:
    """Turn option values into a request about the files; a database that was typed it keeps.

    Raises:
        UsageError: as `build_requests`.
    """
    del options["each_schema"], options["each_database"]
    request, typed = read_options(**options)
    if typed.asks_by_name or typed.place is not None:
        return request.at(place_of(typed, request.repo))
    return request
