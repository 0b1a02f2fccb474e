"""A checklist that was checked rather than ticked: each item passed, failed or is unknown."""

from enum import StrEnum

from analyzer.records import Struct


class CheckOutcome(StrEnum):
    """How an item ended. What could not be checked is unknown, never passed."""

    PASS = "pass"  # noqa: S105  not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Item(Struct, frozen=True):
    """One check: its stable id, what was found, why that matters, and what mends it.

    ``fix`` is a command where there is one; a passed item has neither why nor fix.
    """

    id: str
    outcome: CheckOutcome
    what: str
    why: str = ""
    fix: str = ""


class Checklist(Struct, frozen=True):
    """The items of one run, in the order of a person's worries."""

    title: str
    subject: str  # the database, without secrets
    taken_at: str  # UTC, ISO 8601
    items: tuple[Item, ...]

    @property
    def failed(self) -> tuple[Item, ...]:
        """The items that failed."""
        return tuple(item for item in self.items if item.outcome is CheckOutcome.FAIL)

    @property
    def unknown(self) -> tuple[Item, ...]:
        """The items that could not be checked."""
        return tuple(item for item in self.items if item.outcome is CheckOutcome.UNKNOWN)


def passed(id_: str, what: str) -> Item:
    """Make an item that passed."""
    return Item(id_, CheckOutcome.PASS, what)


def failed(id_: str, what: str, *, why: str, fix: str) -> Item:
    """Make an item that failed."""
    return Item(id_, CheckOutcome.FAIL, what, why, fix)


def unknown(id_: str, what: str, *, why: str, fix: str) -> Item:
    """Make an item that could not be checked."""
    return Item(id_, CheckOutcome.UNKNOWN, what, why, fix)
