"""Environments that could not be read, as JSON has them in every document."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from analyzer.model.findings.across import UnreadEnvironment, as_asked_for

Read = TypeVar("Read")


def entries(
    read: Sequence[Read],
    entry_of: Callable[[Read], dict[str, Any]],
    unread: Iterable[UnreadEnvironment],
) -> list[dict[str, Any]]:
    """All environments, in the order in which they were asked for."""
    return [
        _unread_entry(it) if isinstance(it, UnreadEnvironment) else entry_of(it)
        for it in as_asked_for(read, unread)
    ]


def _unread_entry(environment: UnreadEnvironment) -> dict[str, Any]:
    """Its name, and what, why and how to fix it."""
    error = environment.error
    return {
        "name": environment.name,
        "error": {"what": error.what, "why": error.why, "fix": error.fix},
        **({"members": list(environment.members)} if environment.members else {}),
    }
