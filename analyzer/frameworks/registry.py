"""All frameworks, by name; each is loaded when somebody asks for it."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import NamedTuple

from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework


class Member(NamedTuple):
    """A module with the bundle, what is in the path of every conventional migration, its tables.

    ``tables`` are those that it keeps for itself, under their default names.
    """

    module: str
    sign: str
    tables: tuple[str, ...]


MEMBERS = {
    "rails": Member(
        "analyzer.frameworks.rails.member",
        "migrate/",
        ("schema_migrations", "ar_internal_metadata", "data_migrations"),
    ),
    "dbmate": Member("analyzer.frameworks.dbmate.member", "db/migrations/", ("schema_migrations",)),
}
BOOKKEEPING = frozenset(table for member in MEMBERS.values() for table in member.tables)
"""Tables that members keep for themselves: no table of an application."""
METADATA = "ar_internal_metadata"
"""The one of them that says which environment a database belongs to."""


@cache
def framework(name: str) -> Framework:
    """The framework of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in MEMBERS:
        raise UsageError(
            f"--framework {name}: this framework is not known",
            why=f"known are: {', '.join(MEMBERS)}",
            fix="leave the option out: it is recognised by its files and its version table",
        )
    found = import_module(MEMBERS[name].module).FRAMEWORK
    assert isinstance(found, Framework)  # noqa: S101  a member's module is ours
    return found


def chosen_frameworks(name: str | None) -> tuple[Framework, ...]:
    """The one that was named, or all of them, the likeliest first.

    Raises:
        UsageError: there is none of this name.
    """
    return tuple(map(framework, MEMBERS)) if name is None else (framework(name),)


def likely_frameworks(name: str | None, paths: Iterable[str]) -> tuple[Framework, ...]:
    """The same, without those of which no path can be a migration by convention.

    Raises:
        UsageError: there is none of this name.
    """
    if name is not None:
        return (framework(name),)
    known = "\n".join(paths)
    return tuple(framework(it) for it, member in MEMBERS.items() if member.sign in known)


def may_be_folder(path: str) -> bool:
    """Whether a path may be a conventional migration folder of some framework."""
    return any(f"{path}/".endswith(member.sign) for member in MEMBERS.values())


def cannot(member: Framework, what: str, fix: str) -> UsageError:
    """Say what is not there for a framework, where a command needs it."""
    return UsageError(
        f"there is no {what} for {member.commands.title}",
        why=f"migdoctor reads its migrations, and has no {what} for them",
        fix=fix,
    )
