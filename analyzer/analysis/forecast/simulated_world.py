"""The database between two effects of a simulated migrate: what is there, what may be."""

from collections.abc import Iterator
from enum import Enum, auto
from typing import TYPE_CHECKING

from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.schema.schema_database import Database
from analyzer.engines.base import Engine
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.catalog import Catalog, ColumnRef
from analyzer.model.schema.schema import ForeignKey, NamedObject, Schema, Table
from analyzer.records import Struct, field

LISTED = frozenset({"view", "materialized_view", "sequence", "function", "procedure", "trigger"})
"""The kinds that a catalogue is asked for; of others, one that is not known may be there."""
_VIEWS = ("view", "materialized_view")
_RELATIONS = (*_VIEWS, "sequence")

if TYPE_CHECKING:
    from analyzer.frameworks.ports.methods import Methods, Release
    from analyzer.model.effects.impediment import RowViolation


class There(Enum):
    """Whether an object is there."""

    YES = auto()
    NO = auto()
    ASSUMED = auto()  # no file makes it, and there is no catalogue to ask: files are not all
    OPEN = auto()  # it depends on a question that cannot be answered here


class SimulatedDatabase(Struct):
    """The state that effects work on.

    ``complete``: the catalogue was read, so that what is not in it is not there. ``gone`` are
    objects that a migration is known to have taken away; ``open`` those made or taken away under
    an undecided question. ``enabled`` are extensions that the run itself enables.
    ``engine`` knows what the database refuses, and what it takes types for; ``methods`` what the
    framework's own methods refuse before, None where migrations are SQL. ``keys_act``: foreign
    keys were not told to let rows go as they please. ``release`` says which release of the
    framework runs the files, if anything does. ``elsewhere`` are tables that the same run makes
    before, by files which are not in the repository.
    """

    database: Database
    rows: Rows
    complete: bool
    engine: Engine
    broken_indexes: dict[str, str] = field(default_factory=dict)
    view_indexes: dict[str, str] = field(default_factory=dict)  # by name, their view
    views: dict[str, frozenset[ColumnRef]] = field(default_factory=dict)
    available: frozenset[str] | None = None
    server_version: int | None = None
    name: str = ""  # of the database
    types: frozenset[str] = frozenset()
    enabled: set[str] = field(default_factory=set)
    gone: set[ObjectRef] = field(default_factory=set)
    open: set[ObjectRef] = field(default_factory=set)
    methods: "Methods | None" = None
    release: "Release" = lambda: None
    keys_act: bool = True
    elsewhere: frozenset[str] = frozenset()

    @classmethod
    def of_files(
        cls,
        engine: Engine,
        available: frozenset[str] | None = None,
        *,
        table_case: bool | None = None,
    ) -> "SimulatedDatabase":
        """A database that files build up: what none of them makes may be there all the same.

        Args: table_case: as `Catalog.table_case`; None for what is usual on the engine.
        """
        return cls(
            Database.of(Schema(), engine, table_case=table_case),
            Rows(),
            complete=False,
            engine=engine,
            available=available,
        )

    @classmethod
    def live(cls, catalog: Catalog, engine: Engine) -> "SimulatedDatabase":
        """A live database."""
        return cls(
            Database.of(catalog.schema, engine, table_case=catalog.table_case),
            Rows.of(catalog.sizes),
            complete=True,
            engine=engine,
            broken_indexes=dict(catalog.broken_indexes),
            view_indexes=dict(catalog.view_indexes),
            views=dict(catalog.used_by_views),
            available=catalog.available_extensions or None,
            server_version=catalog.server_version,
            name=catalog.database,
            types=catalog.types,
        )

    def error_of_rows(self, violation: "RowViolation") -> str:
        """The class of the error where rows break something."""
        return self.error_class(self.engine.preconditions.error(violation))

    def error_class(self, error: str) -> str:
        """An error's class: of the framework's own driver, else what all drivers call it."""
        return error if self.methods is not None else error.rpartition("::")[2]

    def table(self, name: str) -> There:
        """Whether there is a table of that name."""
        name = self.database.spelled_table(name)
        ref = ObjectRef("table", name)
        return There.YES if name in self.database.tables else self._absent(ref)

    def readable(self, name: str) -> There:
        """Whether rows can be read there: from a table or a view, the system's own included."""
        if self.engine.types.is_system(name) or self.view(name) is not None:
            return There.YES
        return self.table(name)

    def view(self, name: str) -> str | None:
        """The kind of the view of that name; None where there is none."""
        known = self.database.others
        return next((kind for kind in _VIEWS if NamedObject(kind, name) in known), None)

    def column(self, table: str, name: str) -> There:
        """Whether a table has a column; of a table that is not there, what is said of the table."""
        ref = ObjectRef("column", f"{table}.{name}")
        if ref in self.open:
            return There.OPEN
        known = self.database.tables.get(table)
        if known is None:
            return There.ASSUMED if self.view(table) else self.table(table)
        if known.column(name) is not None:
            return There.YES
        unsure = table in self.database.unsure and ref not in self.gone
        return There.ASSUMED if unsure else There.NO

    def named(self, kind: str, name: str) -> There:
        """Whether there is another object of that kind and name."""
        if NamedObject(kind, name) in self.database.others:
            return There.YES
        return self._absent(ObjectRef(kind, name))

    def type(self, name: str) -> There:
        """Whether there is an enum or another type of that name."""
        if name in self.database.enums or (name in self.types and not self._is_gone(name)):
            return There.YES
        return self.named("type", name)

    def _is_gone(self, name: str) -> bool:
        return ObjectRef("type", name) in self.gone

    def extension(self, name: str) -> There:
        """Whether an extension is enabled."""
        if name in self.database.extensions:
            return There.YES
        return self._absent(ObjectRef("extension", name))

    def has(self, ref: ObjectRef) -> There:
        """Whether an object of any kind is there."""
        table, _, name = ref.name.rpartition(".")
        match ref.kind:
            case "column":
                found = self.column(table, name)
            case "index":
                found = self.free(ref.name)
            case "foreign_key" | "constraint":
                found = self._in_table(ref.kind, table, name)
            case "table":
                found = self.table(ref.name)
            case "type":
                found = self.type(ref.name)
            case "extension":
                found = self.extension(ref.name)
            case _:
                found = self.named(ref.kind, ref.name)
        return found

    def _in_table(self, kind: str, table: str, name: str) -> There:
        known = self.database.tables.get(table)
        if known is None:
            return self.table(table)
        held = known.foreign_keys if kind == "foreign_key" else known.constraints
        return There.YES if any(it.name == name for it in held) else There.NO

    def relation(self, name: str) -> str | None:
        """Find the relation of a name; tables, views, sequences, indexes share one namespace."""
        if name in self.database.tables:
            return "table"
        if name in self.broken_indexes or name in self.view_indexes or self._has_index(name):
            return "index"
        known = self.database.others
        return next((kind for kind in _RELATIONS if NamedObject(kind, name) in known), None)

    def free(self, name: str) -> There:
        """Whether a name is taken already: the answer for ``relation``."""
        kind = self.relation(name)
        if kind is not None and not (kind == "index" and self._of_other_schemas(name)):
            return There.YES
        kinds = ("table", "index", *_RELATIONS)
        return There.OPEN if any(ObjectRef(kind, name) in self.open for kind in kinds) else There.NO

    def referring(self, table: str) -> Iterator[tuple[Table, ForeignKey]]:
        """The foreign keys of other tables that point to a table."""
        for other in self.database.tables.values():
            if other.name != table:
                for key in other.foreign_keys:
                    if key.to_table == table:
                        yield other, key

    def viewed(self, table: str, column: str | None = None) -> list[str]:
        """The views that read a table, or a column of it."""
        return sorted(
            view
            for view, used in self.views.items()
            if ((table, column) in used if column else any(name == table for name, _ in used))
        )

    def _of_other_schemas(self, name: str) -> bool:
        """Whether only tables of other schemas have that index: a name is taken in its schema."""
        owners = self.database.tables.owners(name)
        return bool(owners) and all("." in it for it in owners)

    def _has_index(self, name: str) -> bool:
        return bool(self.database.tables.owners(name))

    def _absent(self, ref: ObjectRef) -> There:
        if ref in self.open:
            return There.OPEN
        if ref in self.gone:
            return There.NO
        brought = ref.kind == "table" and ref.name in self.elsewhere
        return There.NO if self.complete and not brought else There.ASSUMED


def in_transaction(world: SimulatedDatabase, parsed: Parsed) -> bool:
    """Whether all that a migration does to the schema stands or falls together."""
    return parsed.ddl_transaction and world.engine.features.transactional_ddl
