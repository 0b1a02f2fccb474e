"""What a migration's text is about, apart from the boilerplate that all migrations share."""

import re
from collections import Counter
from functools import cached_property

from analyzer.records import Struct

_CHUNK = re.compile(rb"[^\n]{0,63}\n|[^\n]{1,64}", re.DOTALL)  # cut at line ends and at 64 bytes


class StepFeatures(Struct, frozen=True):
    """What a migration's steps say besides the names of what they create and destroy.

    ``tables`` are those that it works on, not those that it only refers to.
    ``settings`` maps what it sets (``songs.title null``) to the value, ``undoing`` to the value
    that takes the step back, where that is known.
    ``reverted`` names the classes of migrations that it takes back.
    ``statements`` are the words of each statement, all of them and in their order.
    """

    tables: frozenset[str] = frozenset()
    settings: frozenset[tuple[str, str]] = frozenset()
    undoing: frozenset[tuple[str, str]] = frozenset()
    reverted: frozenset[str] = frozenset()
    statements: tuple[tuple[str, ...], ...] = ()


# with a dict: what is compared with many is counted once
class ContentFeatures(Struct, frozen=True, dict=True):
    """A migration's text boiled down to what tells it from others.

    ``words`` counts the names, symbols and literals that are not the migration language's own;
    ``creates``, ``changes`` and ``destroys`` name objects such as ``table:songs`` or
    ``column:songs.title`` (up direction); what it destroys only to make it anew, it changes.
    ``work`` is what more its steps say.
    """

    class_name: str | None
    words: Counter[str]
    creates: frozenset[str]
    changes: frozenset[str]
    destroys: frozenset[str]
    text: bytes
    work: StepFeatures = StepFeatures()

    @cached_property
    def chunks(self) -> Counter[bytes]:
        """The text's pieces, counted as git does to say how similar two files are."""
        return Counter(_CHUNK.findall(self.text))

    @cached_property
    def objects(self) -> frozenset[str]:
        """All that it does, as "creates table:songs"; an inverse shares nothing with it."""
        return frozenset(
            (
                *(f"creates {name}" for name in self.creates),
                *(f"changes {name}" for name in self.changes),
                *(f"destroys {name}" for name in self.destroys),
            )
        )


def git_similarity(one: ContentFeatures, other: ContentFeatures) -> int:
    """How similar two texts are in percent, counted as git counts renames (diffcore-delta.c)."""
    largest = max(len(one.text), len(other.text))
    if largest == 0:
        return 100
    shared = one.chunks & other.chunks
    return sum(len(chunk) * times for chunk, times in shared.items()) * 100 // largest


def word_similarity(one: ContentFeatures, other: ContentFeatures) -> float:
    """How much of what the two are about is the same, 0 to 1 (Dice's coefficient of the words)."""
    total = one.words.total() + other.words.total()
    if total == 0:
        return 1.0 if one.chunks == other.chunks else 0.0
    return 2 * (one.words & other.words).total() / total
