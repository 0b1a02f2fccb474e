"""Whether one migration takes back what another did: the two share all words and are never one."""

from collections import Counter
from collections.abc import Iterable

from analyzer.model.core.migration import MigrationName
from analyzer.model.effects.content_features import ContentFeatures

_TAKES_BACK = frozenset({"revert", "reverts", "undo", "undoes", "rollback", "unwind"})
_PAIRS = """
add/remove add/drop add/delete create/drop create/delete create/remove create/destroy
enable/disable allow/disallow allow/forbid allow/prevent set/unset lock/unlock
activate/deactivate grant/revoke attach/detach hide/show start/stop up/down archive/unarchive
encrypt/decrypt require/unrequire merge/split increase/decrease mark/unmark
"""
_AGAINST = tuple(frozenset(pair.split("/")) for pair in _PAIRS.split())
_VALUES = frozenset({"true", "false", "nil", "null", "TRUE", "FALSE", "NULL"})


def opposed(one: ContentFeatures, other: ContentFeatures) -> bool:
    """Whether one takes away what the other makes, and they make nothing in common."""
    undone = (one.creates & other.destroys) | (one.destroys & other.creates)
    if one.creates & other.creates:
        return False
    mine, theirs = one.work, other.work
    back = (mine.undoing & theirs.settings) | (mine.settings & theirs.undoing)
    if undone or (back and not mine.settings & theirs.settings):
        return True
    return one.class_name in theirs.reverted or other.class_name in mine.reverted


def opposed_by_name(one: MigrationName, other: MigrationName) -> bool:
    """Whether one is named as what takes the other back: ``remove_x`` or ``undo_add_x``."""
    first, *rest = one.slug.split("_")
    second, *others = other.slug.split("_")
    if (first in _TAKES_BACK) != (second in _TAKES_BACK):
        return one.slug in _taken_back_by(other.slug) or other.slug in _taken_back_by(one.slug)
    return rest == others and frozenset((first, second)) in _AGAINST


def _taken_back_by(slug: str) -> frozenset[str]:
    """Read from a name which migration it takes back."""
    first, _, rest = slug.partition("_")
    return frozenset({rest}) if first in _TAKES_BACK else frozenset()


def turned_round(one: ContentFeatures, other: ContentFeatures) -> bool:
    """Whether they say the same words in another order: ``where(a).update(b)``, and back.

    Statements that only changed places are the same, and so are words of a table's definition.
    """
    if _builds(one) or _builds(other):
        return False
    mine, theirs = Counter(one.work.statements), Counter(other.work.statements)
    return _reversed(mine - theirs, theirs - mine) or _reversed_as_a_whole(one, other)


def _builds(one: ContentFeatures) -> bool:
    return bool(one.creates or one.destroys)


def _reversed(mine: Iterable[tuple[str, ...]], theirs: Iterable[tuple[str, ...]]) -> bool:
    """Whether a statement of one is a statement of the other with its words in another order."""
    turned = {tuple(sorted(statement)) for statement in mine if len(set(statement)) > 1}
    return any(tuple(sorted(statement)) in turned for statement in theirs)


def _reversed_as_a_whole(one: ContentFeatures, other: ContentFeatures) -> bool:
    mine, theirs = one.work.statements, other.work.statements
    if Counter(mine) == Counter(theirs):
        return False
    words, others = _words(mine), _words(theirs)
    return words != others and sorted(words) == sorted(others)


def _words(statements: Iterable[tuple[str, ...]]) -> list[str]:
    return [word for statement in statements for word in statement]


def contrary(one: ContentFeatures, other: ContentFeatures) -> bool:
    """Whether they set the same to other values: as a rule the later one corrects the earlier."""
    if _builds(one) or _builds(other):
        return False
    mine, theirs = one.work.settings, other.work.settings
    shared = {name for name, _ in mine} & {name for name, _ in theirs}
    if shared:
        return not mine & theirs
    ours, others = set(one.work.statements), set(other.work.statements)
    masked = {_masked(statement) for statement in ours - others}
    return any(_masked(it) in masked for it in others - ours if not _VALUES.isdisjoint(it))


def _masked(statement: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("?" if word in _VALUES else word for word in statement)
