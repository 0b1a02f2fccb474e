"""Addresses that a repository brings say where a database is, and nothing besides.

Whoever wrote the repository would else have files of this computer read or written, and settings of
the session chosen, by whoever runs a command in it. An address that was typed, or that is held by a
variable of this run, is the user's own.
"""

from collections.abc import Mapping
from pathlib import Path

from analyzer.engines.registry import engine_of_address, is_address
from analyzer.errors import RepositoryError, UsageError
from analyzer.model.core.environments import DatabasePlace, Unreadable
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.records import replace
from analyzer.sources.git.git import open_repository

MAIN_VARIABLE = "DATABASE_URL"  # of whatever engine


def without_more_than_a_place(place: DatabasePlace) -> DatabasePlace:
    """The place; one whose address sets more than a repository may is not read."""
    if not place.foreign or place.url is None or place.fault is not None:
        return place
    beyond = _beyond(place.url)
    return place if not beyond else replace(place, url=None, fault=_fault(place.source, beyond))


def demand_places(variables: Mapping[str, str], path: str, repo: str | None) -> None:
    """Demand the same of a file of variables that lies in the repository.

    Raises:
        UsageError: an address in it sets more than a repository may.
    """
    addresses = {
        name: text
        for name, text in variables.items()
        if name == MAIN_VARIABLE or is_address(text.strip().lower())
    }
    found = ((name, _beyond(text)) for name, text in addresses.items())
    name, beyond = next((it for it in found if it[1]), ("", ()))
    if beyond and _is_inside(path, repo):
        fault = _fault(f"{visible(name)} in {path}", beyond)
        raise UsageError(fault.what, why=fault.why, fix=fault.fix)


def _is_inside(path: str, repo: str | None) -> bool:
    try:
        top = open_repository(repo).work_tree
    except RepositoryError:
        return False
    file = Path(path).expanduser().absolute()
    return top is not None and any(
        it.is_relative_to(top.resolve()) for it in (file, file.resolve())
    )


def _beyond(url: str) -> tuple[str, ...]:
    spoken = engine_of_address(url)  # pairs of key and value are the usual engine's
    return spoken.access.beyond_a_place(url)


def _fault(source: str, beyond: tuple[str, ...]) -> Unreadable:
    return Unreadable(
        f"{source}: the address sets {enumerated([visible(it) for it in beyond])}",
        "an address in a repository says where the database is, and who asks; it does not name "
        "files of this computer, nor settings of the session",
        "take it out there; where it is needed, set it yourself, in a variable that holds the "
        "whole address, or type the address: --database-url URL",
    )
