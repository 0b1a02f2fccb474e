"""Where the address of a database stands, for whoever has to correct it."""

from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.workflow.reading.request import Request


@contextmanager
def telling_where(request: Request) -> Iterator[None]:
    """Let an error about a database say where its address stands, unless it was typed."""
    try:
        yield
    except (DatabaseError, EnvironmentToolError) as error:
        place = request.place
        if place is not None and place.stands_in and place.rows is None:
            error.add_cause(f"how to reach it is set in {place.stands_in}")
        raise
