"""From the options of ``graph`` to its request, and to the marks of the database that they name."""

from datetime import UTC, datetime
from typing import Any

from analyzer.cli.options.environments import typed_place
from analyzer.cli.options.occasional_places import place_if_any
from analyzer.cli.options.values import read_prefix, read_table
from analyzer.workflow.order.ran_marks import UNMARKED, Marked, read_marks
from analyzer.workflow.reading.request import Request


def read_marked(
    *,
    repo: str | None,
    ref: str | None,
    directories: tuple[str, ...],
    framework: str | None,
    exec_prefix: str | None,
    table: str | None,
    deployed: str | None,
    **named: Any,
) -> tuple[Request, Marked]:
    """Read what the options say, and the rows of the database, if there is one.

    Raises:
        AnalyzerError: a database was named here, and it cannot be read.
    """
    request = Request(
        now=datetime.now(UTC),
        repo=repo,
        ref=ref,
        directories=directories,
        framework=framework,
        deployed=deployed,
        table=read_table(table),
        alone=True,
    )
    prefix = read_prefix(exec_prefix)
    typed = typed_place(directories=directories, framework=framework, exec_prefix=prefix, **named)
    place, asked = place_if_any(typed, repo)
    if place is None:
        return request, UNMARKED
    found = request.at(place)
    if found.is_fleet:
        from analyzer.workflow.reading.rows.fleets import demand_one

        found = demand_one(found)
    return request, read_marks(found, asked=asked)
