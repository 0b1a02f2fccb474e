"""Decisions: which files an answer of the user's means."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.assignment import Pair
from analyzer.analysis.leads import Ends
from analyzer.model.migration import MigrationFile
from analyzer.model.rename import Decision


def named(file: MigrationFile, text: str) -> bool:
    """Whether a decision's OLD or NEW means this file: its version, its base name or its path."""
    if text.isascii() and text.isdigit():
        return file.version.number == int(text)
    return text in (file.basename, file.path, file.basename.removesuffix(".rb"))


def meant(decision: Decision, ends: Ends) -> Iterator[Pair]:
    """All pairs that a decision speaks of."""
    for old in ends.old.values():
        if named(old, decision.old):
            yield from (
                (old.path, new.path) for new in ends.new.values() if named(new, decision.new)
            )


def accepted(
    decisions: Sequence[Decision], old: MigrationFile, new: MigrationFile
) -> Decision | None:
    """The decision that makes the two one migration, if there is one."""
    for decision in decisions:
        if decision.accept and named(old, decision.old) and named(new, decision.new):
            return decision
    return None
