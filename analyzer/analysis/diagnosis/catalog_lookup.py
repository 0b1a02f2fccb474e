"""Objects that files name, looked up in a live database's catalogue."""

from collections.abc import Sequence
from enum import Enum, auto

from analyzer.analysis.diagnosis.object_likeness import same, same_columns, same_index, survived
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.known_objects import Definition, definition
from analyzer.analysis.schema.schema_facets import indexes_of
from analyzer.frameworks.generated_names import COMPUTED, GENERATED
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.schema import Constraint, ForeignKey, Index, Table

_LISTED = frozenset(
    {
        "table",
        "column",
        "index",
        "foreign_key",
        "constraint",
        "type",
        "extension",
        "view",
        "materialized_view",
        "function",
        "procedure",
        "trigger",
    }
)
"""The kinds that the catalogue is asked for."""
_UNNAMED = ("_key", "_check")
_DEFAULT = ("index_", "idx_on_")


class CatalogMatch(Enum):
    """How an object of the files compares with the catalogue."""

    SAME = auto()
    OTHER = auto()  # something else has its name
    ABSENT = auto()
    INVALID = auto()  # an index whose building failed or has not ended: neither there nor absent
    OPEN = auto()


class Lookup:
    """The catalogue, asked for objects as files call them."""

    def __init__(self, live: SimulatedDatabase, files: SimulatedDatabase) -> None:
        self.live, self.files, self.engine = live, files, live.engine

    def tells(self, ref: ObjectRef) -> bool:
        """Whether the catalogue can tell if the object is there."""
        name = ref.name.rpartition(".")[2]
        return ref.kind in _LISTED and not name.startswith(COMPUTED)

    def has(self, ref: ObjectRef) -> bool:
        """Whether the object is there, perhaps under a name that Rails or PostgreSQL chose."""
        match ref.kind:
            case "index":
                return self._index(ref.name)
            case "foreign_key":
                return self._key(ref)
            case "table" | "column":
                return self._table_part(ref)
            case "constraint":
                return self._constraint(ref)
            case _:
                return self.live.has(self._there(ref)) is There.YES

    def _there(self, ref: ObjectRef) -> ObjectRef:
        """The object under the name that the database has for it."""
        if self.live.database.is_exact:
            return ref
        from analyzer.analysis.schema.name_case import spelled_ref  # most engines tell names apart

        return spelled_ref(self.live.database, ref)

    def invalid(self, ref: ObjectRef) -> bool:
        """Whether the object is an index that PostgreSQL does not use."""
        return ref.kind == "index" and ref.name in self.live.broken_indexes

    def table_of(self, ref: ObjectRef) -> str | None:
        """The table that holds an object, by the files; None for what stands by itself."""
        if ref.kind == "index":
            owner = self.files.database.index_owner(ref.name)
            return owner.name if owner is not None else None
        if ref.kind in {"column", "foreign_key", "constraint", "trigger"}:
            return ref.name.rpartition(".")[0]
        return None

    def find(self, ref: ObjectRef) -> Definition:
        """Find the database's object of the same kind and name."""
        if ref.kind == "index" and self._elsewhere(ref.name):
            return None
        return definition(self.live.database, self._there(ref))

    def match_of(self, ref: ObjectRef, wanted: Definition) -> CatalogMatch:
        """Compare an object with the database's, under its name or one of Rails' choosing."""
        if self.invalid(ref):
            return CatalogMatch.INVALID
        found, wanted = self.find(ref), self._spelled(ref, wanted)
        kept = self._kept_as_index(ref) if found is None and ref.kind == "constraint" else None
        if kept is not None and isinstance(wanted, Constraint) and kept.columns == wanted.columns:
            return CatalogMatch.SAME
        if found is not None:
            alike = wanted is None or same(wanted, found, self.engine)
            return CatalogMatch.SAME if alike else CatalogMatch.OTHER
        if ref.kind in {"index", "foreign_key", "constraint"}:
            return CatalogMatch.SAME if self.twin(ref, wanted) is not None else CatalogMatch.ABSENT
        return CatalogMatch.SAME if self.has(ref) else CatalogMatch.ABSENT

    def _constraint(self, ref: ObjectRef) -> bool:
        """Whether it is there, as what an engine makes of it, or without the name of the files."""
        there = self.live.has(self._there(ref)) is There.YES or self._kept_as_index(ref) is not None
        if there or not self._was_unnamed(ref.name):
            return there
        wanted = definition(self.files.database, ref)
        return wanted is not None and self.twin(ref, wanted) is not None

    def _kept_as_index(self, ref: ObjectRef) -> Index | None:
        """The unique index of a constraint's name: some engines keep uniqueness as nothing else."""
        table = self._table(self.table_of(ref))
        name = ref.name.rpartition(".")[2]
        held = table.indexes if table is not None else ()
        return next((it for it in held if it.unique and it.name == name), None)

    def _spelled(self, ref: ObjectRef, wanted: Definition) -> Definition:
        """An index or a key with the names of columns that the database has."""
        table = self._table(self.table_of(ref)) if isinstance(wanted, Index | ForeignKey) else None
        if table is None:
            return wanted
        if isinstance(wanted, Index):
            return self._own_index(table, wanted)
        return self._own_key(table, wanted) if isinstance(wanted, ForeignKey) else wanted

    def _own_index(self, table: Table, wanted: Index) -> Index:
        """An index with its columns as a table of the database has them."""
        if self.live.database.is_exact:
            return wanted
        from analyzer.analysis.schema.name_case import index_spelling  # see `_there`

        return index_spelling(self.live.database, table, wanted)

    def _own_key(self, table: Table, wanted: ForeignKey) -> ForeignKey:
        """A foreign key with its names as the database has them."""
        if self.live.database.is_exact:
            return wanted
        from analyzer.analysis.schema.name_case import key_spelling  # see `_there`

        return key_spelling(self.live.database, table, wanted)

    def _table(self, name: str | None) -> Table | None:
        """The database's table that files call so."""
        database = self.live.database
        return None if name is None else database.tables.get(database.spelled_table(name))

    def match_old(self, ref: ObjectRef, was: Definition) -> CatalogMatch:
        """Compare an object that was taken away with what the database has."""
        match_of, found = self.match_of(ref, was), self.find(ref)
        if match_of is CatalogMatch.SAME and found is not None and was is not None:
            return CatalogMatch.SAME if survived(was, found, self.engine) else CatalogMatch.OTHER
        return match_of

    def twin(self, ref: ObjectRef, wanted: Definition) -> Definition:
        """Find an object under another name that does the same as one with a default name."""
        name = ref.name.rpartition(".")[2]
        table = self._table(self.table_of(ref))
        if table is None or not self._was_generated(ref.kind, name):
            return None
        held = (*table.indexes, *table.foreign_keys, *table.constraints)
        kind, wanted = type(wanted), self._spelled(ref, wanted)
        alike = (it for it in held if isinstance(it, kind) and same(wanted, it, self.engine))
        return next(alike, None)

    def _was_generated(self, kind: str, name: str) -> bool:
        """Whether a name was computed, by a framework or where a constraint got none at all."""
        if kind == "index":
            return name.startswith(_DEFAULT)
        return name.startswith(GENERATED) or (kind == "constraint" and self._was_unnamed(name))

    def _was_unnamed(self, name: str) -> bool:
        """Whether a constraint may have no name in an engine that keeps none by itself."""
        return not self.engine.features.named_foreign_keys and name.endswith(_UNNAMED)

    def _table_part(self, ref: ObjectRef) -> bool:
        ref = self._there(ref)
        if self.live.has(ref) is There.YES or self.live.view(ref.name) is not None:
            return True
        schema, dot, rest = ref.name.partition(".")
        known = {name.partition(".")[0] for name in self.live.database.tables if "." in name}
        qualified = bool(dot) and schema not in self.live.database.tables and schema not in known
        return qualified and self.live.has(ObjectRef(ref.kind, rest)) is There.YES

    def _index(self, name: str) -> bool:
        if name in self.live.broken_indexes:
            return False
        there = self._there(ObjectRef("index", name)).name
        if self.live.relation(there) == "index" and not self._elsewhere(there):
            return True
        owner = self.files.database.index_owner(name)
        wanted = owner.index(name) if owner is not None else None
        live = self._table(owner.name) if owner is not None else None
        return wanted is not None and live is not None and self._alike(wanted, live)

    def _elsewhere(self, name: str) -> bool:
        """Whether only tables of other schemas have that index, of which no file speaks."""
        owners = self.live.database.tables.owners(name)
        of_files = self.files.database.tables
        return bool(owners) and all("." in it and it not in of_files for it in owners)

    def _alike(self, wanted: Index, table: Table) -> bool:
        """Whether a table has an index that does the same, or nearly so."""
        wanted = self._own_index(table, wanted)
        return any(
            same_index(wanted, it, self.engine)
            or (it.unique == wanted.unique and same_columns(wanted, it, self.engine))
            for it in indexes_of(table)
        )

    def _key(self, ref: ObjectRef) -> bool:
        table, _, name = ref.name.rpartition(".")
        live = self._table(table)
        if live is None:
            return False
        made = self.files.database.tables.get(table)
        named = (it for it in (made.foreign_keys if made else ()) if it.name == name)
        wanted = [self._own_key(live, key) for key in named]
        name = self._there(ref).name.rpartition(".")[2]
        return any(key.name == name or _same(key, wanted) for key in live.foreign_keys)


def _same(key: ForeignKey, wanted: Sequence[ForeignKey]) -> bool:
    return any((it.columns, it.to_table) == (key.columns, key.to_table) for it in wanted)
