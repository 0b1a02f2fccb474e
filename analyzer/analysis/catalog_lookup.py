"""Objects that files name, looked up in a live database's catalogue."""

from collections.abc import Sequence

from analyzer.analysis.simulated_world import There, World
from analyzer.model.objects import ObjectRef
from analyzer.model.schema import ForeignKey, Index, Table

_LISTED = frozenset(
    {
        "table", "column", "index", "foreign_key", "constraint", "type", "extension", "view",
        "materialized_view", "function", "procedure", "trigger",
    }
)  # fmt: skip
"""The kinds that the catalogue is asked for."""
_COMPUTED = ("chk_rails_", "uniq_rails_", "excl_rails_")  # names that hang on an expression's text


class Lookup:
    """The catalogue, asked for objects as files call them."""

    def __init__(self, live: World, files: World) -> None:
        self.live, self.files = live, files

    def tells(self, ref: ObjectRef) -> bool:
        """Whether the catalogue can tell if the object is there."""
        name = ref.name.rpartition(".")[2]
        return ref.kind in _LISTED and not name.startswith(_COMPUTED)

    def has(self, ref: ObjectRef) -> bool:
        """Whether the object is there, perhaps under a name that Rails or PostgreSQL chose."""
        match ref.kind:
            case "index":
                return self._index(ref.name)
            case "foreign_key":
                return self._key(ref)
            case "table" | "column":
                return self._table_part(ref)
            case _:
                return self.live.has(ref) is There.YES

    def _table_part(self, ref: ObjectRef) -> bool:
        if self.live.has(ref) is There.YES or self.live.view(ref.name) is not None:
            return True
        schema, dot, rest = ref.name.partition(".")
        known = {name.partition(".")[0] for name in self.live.database.tables if "." in name}
        qualified = bool(dot) and schema not in self.live.database.tables and schema not in known
        return qualified and self.live.has(ObjectRef(ref.kind, rest)) is There.YES

    def _index(self, name: str) -> bool:
        if name in self.live.broken_indexes:
            return False
        if self.live.relation(name) == "index":
            return True
        owner = self.files.database.index_owner(name)
        wanted = owner.index(name) if owner is not None else None
        live = self.live.database.tables.get(owner.name) if owner is not None else None
        return wanted is not None and live is not None and _like(wanted, live)

    def _key(self, ref: ObjectRef) -> bool:
        table, _, name = ref.name.rpartition(".")
        live = self.live.database.tables.get(table)
        if live is None:
            return False
        made = self.files.database.tables.get(table)
        wanted = [key for key in (made.foreign_keys if made else ()) if key.name == name]
        return any(key.name == name or _same(key, wanted) for key in live.foreign_keys)


def _like(index: Index, table: Table) -> bool:
    unique = [Index(it.name, it.columns, unique=True) for it in table.constraints if it.columns]
    return any(
        (it.columns, it.unique) == (index.columns, index.unique) for it in (*table.indexes, *unique)
    )


def _same(key: ForeignKey, wanted: Sequence[ForeignKey]) -> bool:
    return any((it.columns, it.to_table) == (key.columns, key.to_table) for it in wanted)
