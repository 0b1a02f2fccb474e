"""The part of a migration's work that is left after later ones have run."""

from collections.abc import Mapping

from analyzer.model.effects.objects import ObjectRef
from analyzer.records import Struct

_HOLD_ROWS = frozenset({"table", "column"})


class Remains(Struct, frozen=True):
    """The part of a migration's work that is left after later ones have run.

    ``left`` are its objects under their last names; ``lost`` those that others took away, each
    with the path of the one that did.
    """

    left: tuple[ObjectRef, ...]
    lost: Mapping[ObjectRef, str]

    @property
    def stands(self) -> bool:
        """Whether only indexes or keys went, and what they were for is left."""
        kinds = {ref.kind for ref in self.lost}
        return kinds.isdisjoint(_HOLD_ROWS) and any(ref.kind in _HOLD_ROWS for ref in self.left)
