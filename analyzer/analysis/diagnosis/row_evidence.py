"""What the catalogue shows of the migrations that have a row."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from analyzer.analysis.diagnosis.catalog_lookup import CatalogMatch, Lookup
from analyzer.analysis.forecast.object_owners import Owners, Removed, Renamed
from analyzer.analysis.schema.unread_names import UnreadNames
from analyzer.model.effects.objects import ObjectRef
from analyzer.records import Struct, field

_WORD = re.compile(r"\w+")


class Said(Struct):
    """The objects of a migration that are there, those that are missing, and INVALID indexes.

    ``done`` is what it renamed or took away, and that is so; ``stays`` what it took away and is
    there all the same; ``unrenamed`` tells in words what it gave another name and is called as
    before.
    """

    present: list[ObjectRef] = field(default_factory=list)
    done: list[ObjectRef] = field(default_factory=list)
    missing: list[ObjectRef] = field(default_factory=list)
    invalid: list[ObjectRef] = field(default_factory=list)
    stays: list[ObjectRef] = field(default_factory=list)
    unrenamed: list[str] = field(default_factory=list)


class RowEvidence:
    """The catalogue, asked for what each migration that ran left behind.

    Args:
        hidden: what code that could not be read may have changed.
        excused: what a migration without a row may have taken away.
    """

    def __init__(
        self,
        owners: Owners,
        lookup: Lookup,
        hidden: UnreadNames,
        excused: AbstractSet[ObjectRef],
    ) -> None:
        self.owners, self.lookup, self.hidden, self.excused = owners, lookup, hidden, excused
        self._said: dict[str, Said] = defaultdict(Said)
        for ref, path in owners.made_by.items():
            self._made(ref, path)
        for ref, trail in owners.names.items():
            self._renamed(ref, trail)
        for ref, removed in owners.removed.items():
            if not self._told(ref) or self._in_another_table(ref):
                continue
            match_of = lookup.match_old(ref, removed.was)
            same = match_of is CatalogMatch.SAME
            if match_of is CatalogMatch.ABSENT or (same and self._made_anew(ref, removed)):
                self._said[removed.path].done.append(ref)
            elif same and not self._explained(ref):
                self._said[removed.path].stays.append(ref)

    def of(self, path: str) -> Said:
        """Collect the evidence on one migration."""
        return self._said[path]

    def _made_anew(self, ref: ObjectRef, removed: Removed) -> bool:
        """Whether what does the same under another name is what a migration made since."""
        twin = None if self.lookup.find(ref) is not None else self.lookup.twin(ref, removed.was)
        name = getattr(twin, "name", None)
        if name is None:
            return False
        table = ref.name.rpartition(".")[0]
        now = name if ref.kind == "index" else f"{table}.{name}"
        return ObjectRef(ref.kind, now) in self.owners.made_by

    def _made(self, ref: ObjectRef, path: str) -> None:
        said = self._said[path]
        if not self._told(ref):
            return
        if self.lookup.invalid(ref):
            said.invalid.append(ref)
        elif self.lookup.has(ref) or self._under_old_name(ref) is not None:
            said.present.append(ref)
        elif not self._explained(ref) and not self._falls_with_table(ref, path):
            said.missing.append(ref)

    def _renamed(self, ref: ObjectRef, trail: Sequence[Renamed]) -> None:
        """Each change of a name is vouched for, or not, by the name that is there."""
        if not self._told(ref) or self.lookup.invalid(ref):
            return
        reached = len(trail) if self.lookup.has(ref) else self._under_old_name(ref)
        if reached is None:
            return
        for place, step in enumerate(trail):
            if place < reached:
                self._said[step.path].done.append(ref)
            elif not self._explained(ref) and _by_itself(ref, step):
                now = step.before.name.rpartition(".")[2]
                self._said[step.path].unrenamed.append(f"{ref} is still called {now}")

    def _under_old_name(self, ref: ObjectRef) -> int | None:
        """Find the former name that an object still has, unless another object owns it."""
        trail = self.owners.names.get(ref, ())
        for place in range(len(trail) - 1, -1, -1):
            before = trail[place].before
            if before not in self.owners.made_by and self.lookup.has(before):
                return place
        return None

    def _in_another_table(self, ref: ObjectRef) -> bool:
        """Whether the table that held it was taken away, and one of its name is another."""
        table = ObjectRef("table", ref.name.rpartition(".")[0])
        removed = self.owners.removed.get(table)
        return (
            removed is not None
            and self.lookup.match_old(table, removed.was) is not CatalogMatch.SAME
        )

    def _told(self, ref: ObjectRef) -> bool:
        offered = self.lookup.live.available
        foreign = ref.kind == "extension" and offered is not None and ref.name not in offered
        return ref not in self.owners.uncertain and self.lookup.tells(ref) and not foreign

    def _explained(self, ref: ObjectRef) -> bool:
        """Whether code that could not be read, or has no row, may have dropped it."""
        return ref in self.excused or self.hidden.covers(ref) or self._fell_unseen(ref)

    def _fell_unseen(self, ref: ObjectRef) -> bool:
        """Whether it is an index of a table that is gone, and that such code may have dropped."""
        name = self.lookup.table_of(ref) if ref.kind == "index" else None
        table = ObjectRef("table", name or "")
        return name is not None and self.hidden.covers(table) and not self.lookup.has(table)

    def _falls_with_table(self, ref: ObjectRef, path: str) -> bool:
        """Whether it is missing with a table that another migration made, which is told then."""
        return any(
            table in self.owners.made_by
            and self.owners.made_by[table] != path
            and table not in self.owners.uncertain
            and not self.lookup.has(table)
            for table in self._tables(ref)
        )

    def _tables(self, ref: ObjectRef) -> Iterator[ObjectRef]:
        table = self.lookup.table_of(ref)
        if table is None:
            return
        yield ObjectRef("table", table)
        known = self.lookup.files.database.tables.get(table)
        for key in known.foreign_keys if known is not None else ():
            if f"{table}.{key.name}" == ref.name:
                yield ObjectRef("table", key.to_table)


def _by_itself(ref: ObjectRef, step: Renamed) -> bool:
    """Whether an object was renamed, and not only the table around it."""
    return step.before.name.rpartition(".")[2] != ref.name.rpartition(".")[2]
