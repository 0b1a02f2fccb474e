"""All frameworks, by name; each is loaded when somebody asks for it."""

from functools import cache
from importlib import import_module

from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework

MEMBERS = {
    "rails": "analyzer.frameworks.rails.member",
    "dbmate": "analyzer.frameworks.dbmate.member",
}


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
    found = import_module(MEMBERS[name]).FRAMEWORK
    assert isinstance(found, Framework)  # noqa: S101  a member's module is ours
    return found


def chosen_frameworks(name: str | None) -> tuple[Framework, ...]:
    """The one that was named, or all of them, the likeliest first.

    Raises:
        UsageError: there is none of this name.
    """
    return tuple(map(framework, MEMBERS)) if name is None else (framework(name),)


def cannot(member: Framework, what: str) -> UsageError:
    """Say what a framework does not do, where a command needs it."""
    return UsageError(
        f"this needs a framework that can {what}",
        why=f"{member.commands.title} cannot, or migdoctor does not know how yet",
        fix="see migdoctor --help for what works without it",
    )
