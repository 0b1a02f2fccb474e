"""The database of a command that may do without one."""

from analyzer.cli.options.environments import place_of
from analyzer.errors import UsageError
from analyzer.model.core.environments import CLIENTS_OWN, DatabasePlace, TypedPlace


def asked_place(typed: TypedPlace, repo: str | None = None) -> DatabasePlace:
    """The same, for a command that may need no database: what nobody named is not looked for."""
    if typed.asks_by_name or typed.env_file is not None:
        return place_of(typed, repo)
    return DatabasePlace(url=typed.database_url, exec_prefix=typed.exec_prefix)


def place_if_any(typed: TypedPlace, repo: str | None = None) -> tuple[DatabasePlace | None, bool]:
    """The same, for a command that does without: None where nothing names one; was it typed?"""
    if typed.asks_by_name or typed.env_file is not None or typed.place is not None:
        return place_of(typed, repo), True
    place = likely_place(typed, repo)
    there = place.source not in ("", CLIENTS_OWN)
    return (place if there else None), False


def likely_place(typed: TypedPlace, repo: str | None = None) -> DatabasePlace:
    """The same, for a command that mostly needs one: where nobody named any, the application's."""
    if typed.asks_by_name or typed.database_url is not None or typed.exec_prefix:
        return asked_place(typed, repo)
    try:
        return place_of(typed, repo)
    except UsageError:
        if typed.env_file is not None:
            raise
        return DatabasePlace()


def demand_likely(
    place: DatabasePlace, typed: TypedPlace, repo: str | None, *, needed: bool
) -> None:
    """Say which environments there are, where one is needed after all and none was named."""
    if needed and place == DatabasePlace():
        place_of(typed, repo)
