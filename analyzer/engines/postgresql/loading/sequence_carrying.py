"""Carrying sequences over: each stands where it stood, or ahead of its column."""

from analyzer.engines.postgresql.catalog.database_state import read_sequences
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Route, Session
from analyzer.model.core.progress import Progress
from analyzer.model.schema.database_state import SequenceState


def carry_sequences(route: Route, progress: Progress, tables: frozenset[str] | None = None) -> None:
    """Put sequences where they were; none may give out a number again.

    Args:
        route: the database that they come from, and the one that gets them; a sequence is known
            by its name, or by its column.
        progress: told of sequences that have no counterpart.
        tables: only those that number a column of these tables; None for all.
    """
    with route.source.session() as old, route.target.session() as new:
        before = [one for one in read_sequences(old) if _belongs(one, tables)]
        _set_like(new, before, progress)
        for one in read_sequences(new):
            if one.is_behind and one.highest is not None and _belongs(one, tables):
                _set_sequence(new, one, one.highest, called=True)


def _set_like(new: Session, before: list[SequenceState], progress: Progress) -> None:
    there = read_sequences(new)
    by_name = {one.label: one for one in there}
    by_owner = {one.owner: one for one in there if one.owner}
    for one in before:
        twin = by_name.get(one.label) or by_owner.get(one.owner or "")
        if twin is None:
            progress.say(f"The sequence {one.label} has no counterpart; it stays behind")
        elif one.last_value is not None and one.is_further_than(twin):
            _set_sequence(new, twin, one.last_value, called=one.called)


def _belongs(one: SequenceState, tables: frozenset[str] | None) -> bool:
    if tables is None:
        return True
    return one.owner is not None and one.owner.startswith(tuple(f"{label}." for label in tables))


def _set_sequence(session: Session, one: SequenceState, value: int, *, called: bool) -> None:
    name = literal(identifier(one.schema, one.name))
    session.run(f"SELECT setval({name}::regclass, {value}, {'true' if called else 'false'})")
