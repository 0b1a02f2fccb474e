"""What code that could not be read may have changed: all that it names, or the parts of a table."""

import re
from collections.abc import Iterable

from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef, bare
from analyzer.records import Struct, replace

_WORD = re.compile(r"\w+")


class UnreadNames(Struct, frozen=True):
    """The words of such code.

    ``words`` are those of all of it, ``tables`` of what may have dropped or renamed a table: what
    alters one leaves it there.
    """

    words: frozenset[str]
    tables: frozenset[str]

    @classmethod
    def by(cls, migrations: Iterable[Parsed]) -> "UnreadNames":
        """What migrations hide that ran."""
        unread = [
            effect
            for parsed in migrations
            for effect in map(bare, parsed.effects)
            if isinstance(effect, e.Opaque)
        ]
        free = [effect for effect in unread if effect.within is None]
        return cls(_words(unread), _words(free))

    def and_also(self, tables: Iterable[str]) -> "UnreadNames":
        """The same, where tables of these names may have been dropped."""
        more = frozenset(tables)
        return replace(self, words=self.words | more, tables=self.tables | more)

    def covers(self, ref: ObjectRef) -> bool:
        """Whether such code may have changed an object."""
        known = self.tables if ref.kind == "table" else self.words
        return not known.isdisjoint(_WORD.findall(ref.name))


def _words(unread: Iterable[e.Opaque]) -> frozenset[str]:
    return frozenset(word for effect in unread for word in _WORD.findall(effect.text))
