"""The environments that a command is about: several to read, one to change."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.engines.registry import open_gateway
from analyzer.errors import UsageError
from analyzer.model.core.environments import DatabasePlace, TypedPlace, Unreadable
from analyzer.model.words.shell_word import shell_word
from analyzer.workflow.reading.rows.environments import FileSearch, find_places
from analyzer.workflow.reading.settings import find_configuration

if TYPE_CHECKING:
    from analyzer.services.dialogue import Dialogue


def read_places(
    typed: TypedPlace, repo: str | None, dialogue: "Dialogue", *, one: bool = False
) -> tuple[DatabasePlace, ...]:
    """Find all that the options ask for, at least one; see `find_places`.

    The configuration is read in any case: a mistake in it is told by every command alike, also
    where an option or a variable names the database.

    Raises:
        UsageError: as `find_places`; also where the only one has a fault, or the configuration
            cannot be read.
    """
    configuration = find_configuration(repo)
    places = find_places(typed, lambda: configuration, os.environ, FileSearch(repo), one=one)
    if len(places) == 1 and places[0].fault is not None:
        raise _error(places[0].fault)
    for place in places:
        if place.warning:
            dialogue.tell(place.warning)
    return places


def read_one_place(typed: TypedPlace, repo: str | None, dialogue: "Dialogue") -> DatabasePlace:
    """Find the one environment that a command works on, and say which it is.

    Raises:
        UsageError: as `read_places`; also where several were asked for.
    """
    places = read_places(typed, repo, dialogue, one=True)
    if len(places) > 1:
        raise _several(places)
    (place,) = places
    if place.named is not None:
        dialogue.tell(f"environment {place.environment}: {describe(place)}")
    return place


def demand_apart(names: Sequence[str]) -> None:
    """Refuse names of environments of which some file systems would make one file.

    Raises:
        UsageError: two differ only in case.
    """
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise UsageError(
                f"{other}.sql and {name}.sql are one file where case does not count",
                why="the script for one environment would take the place of the other's",
                fix=f"write each by itself: --environment {shell_word(name)} -o FILE",
            )


def describe(place: DatabasePlace) -> str:
    """Say where an environment is, without secrets.

    Raises:
        DatabaseError: its address cannot be read.
    """
    if place.rows is not None:
        return f"the rows in {place.rows}"
    return open_gateway(place.url, place.exec_prefix).place


def _several(places: Sequence[DatabasePlace]) -> UsageError:
    names = [place.environment for place in places]
    first = places[0].named.option if places[0].named is not None else names[0]
    return UsageError(
        "this command works on one environment, and several were asked for",
        why=f"these: {', '.join(names)}",
        fix=f"name one of them: --environment {shell_word(first)}",
    )


def _error(fault: Unreadable) -> UsageError:
    return UsageError(fault.what, why=fault.why, fix=fault.fix)
