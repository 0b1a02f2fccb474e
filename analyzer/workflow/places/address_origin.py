"""Where the address of a database stands, for whoever has to correct it."""

from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.errors import AnalyzerError, DatabaseError, EnvironmentToolError
from analyzer.workflow.reading.request import Request


@contextmanager
def telling_where(request: Request) -> Iterator[None]:
    """Let an error about a database say where its address stands; see `tell_where`."""
    try:
        yield
    except (DatabaseError, EnvironmentToolError) as error:
        tell_where(error, request)
        raise


def tell_where(error: AnalyzerError, request: Request) -> None:
    """Add to an error about a database where its address stands, unless it was typed.

    And how production's is named, where an application's file has this one for another use.
    """
    place = request.place
    if place is not None and place.stands_in and place.rows is None:
        error.add_cause(f"how to reach it is set in {place.stands_in}")
    if place is not None and place.otherwise:
        other = f"if you mean production's database: set {place.otherwise}, or pass"
        error.fix = f"{other} --database-url URL or --environment NAME; {error.fix}"
