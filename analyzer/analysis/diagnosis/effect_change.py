"""Whether two texts of one migration do the same."""

from collections import Counter
from collections.abc import Sequence

from analyzer.model.effects.effect import Effect, Guarded, Opaque
from analyzer.records import replace


def effects_differ(one: Sequence[Effect], other: Sequence[Effect]) -> bool | None:
    """Say whether the two lists of effects do different things; None where it cannot be told.

    Lines do not count, order does: a migration that fills a column before it adds it is another.
    """
    before, after = [_unplaced(effect) for effect in one], [_unplaced(effect) for effect in other]
    if before == after:
        return False
    only = (Counter(map(repr, before)) - Counter(map(repr, after))) + (
        Counter(map(repr, after)) - Counter(map(repr, before))
    )
    known = [effect for effect in (*before, *after) if repr(effect) in only]
    unknown = all(isinstance(_inside(effect), Opaque) for effect in known)
    return None if known and unknown else True


def _unplaced(effect: Effect) -> Effect:
    """The effect without its line."""
    if isinstance(effect, Guarded):
        return replace(effect, effect=replace(effect.effect, line=0), line=0)
    return replace(effect, line=0)


def _inside(effect: Effect) -> Effect:
    return effect.effect if isinstance(effect, Guarded) else effect


def only_guarded(one: Sequence[Effect], other: Sequence[Effect]) -> bool:
    """Whether the second list does what the first does, with conditions around some of it."""
    if any(isinstance(effect, Guarded) for effect in one):
        return False  # another condition may let through what the first kept back
    return effects_differ(one, [*map(_inside, other)]) is False
