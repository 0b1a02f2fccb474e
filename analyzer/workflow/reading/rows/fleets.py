"""The fleet that a request is about."""

from analyzer.errors import UsageError
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.records import replace
from analyzer.workflow.reading.request import Request


def fleet_of(request: Request, *, canary: int | None = None) -> Fleet | None:
    """The fleet that a request is about; None where it is about one database or file.

    Raises:
        UsageError: it is of schemas and of databases, or of a file; there are canaries of none.
    """
    place = request.place
    if place is None or (place.each_schema is None and place.each_database is None):
        _demand_no(canary)
        return None
    if place.each_schema is not None and place.each_database is not None:
        raise UsageError(
            "--each-schema and --each-database were both given",
            why="a tenant has a schema of its own, or a database of its own",
            fix="leave out one of them",
        )
    if place.rows is not None:
        raise UsageError(
            "a fleet and a file of rows were both given",
            why="a file holds the rows of one version table",
            fix="leave out --rows, or the pattern",
        )
    if request.notes is not None:
        raise UsageError(
            "a fleet and a file of notes were both given",
            why="a file holds the notes about one version table",
            fix="leave out --notes, or name the table of a tenant: --version-table SCHEMA.NAME",
        )
    if place.each_schema is not None:
        return Fleet(FleetKind.SCHEMA, place.each_schema)
    return Fleet(FleetKind.DATABASE, place.each_database or "")


def demand_fleet(request: Request) -> Fleet:
    """The fleet that a request is about. Raises TypeError where there is none."""
    fleet = fleet_of(request)
    if fleet is None:
        raise TypeError(request.environment)
    return fleet


def _demand_no(canary: int | None) -> None:
    if canary is not None:
        raise UsageError(
            "--canary is for a fleet",
            why="it says how many tenants are changed before it stops",
            fix="name the fleet: --each-schema PATTERN or --each-database PATTERN",
        )


def demand_one(request: Request) -> Request:
    """Refuse a fleet where a command is about one database.

    Where a tenant's table is named, it is about that one.

    Raises:
        UsageError: none is named.
    """
    if request.table is None or request.table.schema is None or request.place is None:
        raise UsageError(
            f"environment {request.environment} is a fleet, and this command works on one database",
            why="its result depends on the rows, which differ from tenant to tenant",
            fix="name the table of a tenant: --version-table SCHEMA.NAME",
        )
    return replace(request, place=replace(request.place, each_schema=None, each_database=None))
