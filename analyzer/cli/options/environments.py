"""Which environments a command is about, by what its options say; for all commands."""

from typing import Any

from analyzer.cli.terminal.console import learn_secrets
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.errors import UsageError
from analyzer.model.core.environments import DatabasePlace, TypedPlace

UNREAD = 2  # the status where some environment could not be read; the others are reported


def typed_place(*, all_environments: bool, **named: Any) -> TypedPlace:
    """Collect what was typed of databases, by the fields of `TypedPlace`."""
    return TypedPlace(every=all_environments, **named)


def places_of(typed: TypedPlace, repo: str | None) -> tuple[DatabasePlace, ...]:
    """Find all environments that were asked for. Raises UsageError, see `read_places`."""
    if typed.place is not None:
        return (typed.place,)
    from analyzer.services.environments import read_places

    return tuple(map(_learnt, read_places(typed, repo, TerminalDialogue())))


def place_of(typed: TypedPlace, repo: str | None = None) -> DatabasePlace:
    """Find the one environment of a command, and say which it is; see `read_one_place`.

    Raises:
        UsageError: there are several, or what names it cannot be taken.
    """
    if typed.place is not None:
        return typed.place
    from analyzer.services.environments import read_one_place

    return _learnt(read_one_place(typed, repo, TerminalDialogue()))


def asked_place(typed: TypedPlace, repo: str | None = None) -> DatabasePlace:
    """The same, for a command that may need no database: what nobody named is not looked for."""
    if typed.asks_by_name or typed.env_file is not None:
        return place_of(typed, repo)
    return DatabasePlace(url=typed.database_url, exec_prefix=typed.exec_prefix)


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


def _learnt(place: DatabasePlace) -> DatabasePlace:
    """Let nothing secret leave that the configuration brought in."""
    learn_secrets([*place.exec_prefix, *([place.url] if place.url else ())])
    return place
