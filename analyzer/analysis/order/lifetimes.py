"""What is there between two migrations: each living object with who provides and who uses it.

Laxer than a database: where names may differ by Rails version, an object answers to all of them.
"""

from collections.abc import Iterable, Iterator

from analyzer.analysis.order.dependency_touches import VIEWS
from analyzer.model.core import condition as c
from analyzer.model.effects import effect as e
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.schema import ForeignKey, Index, Table
from analyzer.records import Struct, field

_KEYS = ("constraint", "foreign_key")


class Life(Struct):
    """One object from its creation on. Migrations are indexes; lines are those of the users."""

    ref: ObjectRef
    provider: int
    users: dict[int, int] = field(default_factory=dict)


class LiveObjects(Struct):
    """The objects that live at one point. ``unsure`` are tables with columns that are not known."""

    alive: dict[ObjectRef, Life] = field(default_factory=dict)
    inside: dict[str, dict[ObjectRef, None]] = field(default_factory=dict)  # by table
    gone: dict[ObjectRef, int] = field(default_factory=dict)  # who took it away
    unsure: set[str] = field(default_factory=set)
    written: dict[str, int] = field(default_factory=dict)  # who last changed a table's rows

    def find(self, ref: ObjectRef) -> Life | None:
        """Find a living object under any name that it answers to."""
        found = self.alive.get(ref)
        if found is None and ref.kind == "table":
            views = (self.alive.get(ObjectRef(kind, ref.name)) for kind in VIEWS)
            found = next((view for view in views if view is not None), None)
        return found

    def create(self, ref: ObjectRef, provider: int, table: str | None = None) -> Life:
        """Bring an object to life; one of that name is replaced."""
        life = Life(ref, provider)
        self.alive[ref] = life
        self.gone.pop(ref, None)
        if table is not None:
            self.inside.setdefault(table, {})[ref] = None
        return life

    def answer_to(self, life: Life, names: Iterable[ObjectRef], table: str) -> None:
        """Let an object answer to more names."""
        for name in names:
            self.alive.setdefault(name, life)
            self.inside.setdefault(table, {})[name] = None

    def remove(self, ref: ObjectRef, by: int) -> Life | None:
        """End an object's life, and with a table's the lives of all that is in it."""
        life = self.find(ref)
        if life is None:
            return None
        for name in (ref, life.ref):
            self.alive.pop(name, None)
            self.gone[name] = by
        if ref.kind == "table":
            for name in self.inside.pop(ref.name, {}):
                if self.alive.pop(name, None) is not None:
                    self.gone[name] = by
            self.written.pop(ref.name, None)
            self.unsure.discard(ref.name)
        return life

    def rename_table(self, effect: e.RenameTable, by: int) -> None:
        """Take over all that is in a table under its new name, as provided by the renaming one."""
        old, new = effect.old, effect.new
        self.unsure.discard(new)
        if old in self.unsure:
            self.unsure.add(new)
        if old in self.written:
            self.written[new] = self.written[old]
        for ref in list(self.inside.get(old, {})):
            life = self.alive.get(ref)
            if life is not None and ref == life.ref:
                self._carry(life, ref, effect, by)

    def _carry(self, life: Life, ref: ObjectRef, effect: e.RenameTable, by: int) -> None:
        old, new = effect.old, effect.new
        if ref.kind != "index":
            moved = ObjectRef(ref.kind, new + ref.name.removeprefix(old))
            self.create(moved, by, new)
            return
        kept = self.create(ref, life.provider, new)
        kept.users.update(life.users)
        self.inside[old].pop(ref, None)
        names = [
            ObjectRef("index", name.name.replace(old, new, 1))
            for name in self.inside.get(old, {})
            if self.alive.get(name) is life
        ]
        renamed = ref.name.replace(f"index_{old}_on_", f"index_{new}_on_", 1)
        self.answer_to(kept, [ObjectRef("index", renamed), *names], new)

    def rename_column(self, effect: e.RenameColumn) -> None:
        """Let a table's indexes answer to the names that they have after a column's renaming."""
        for ref in list(self.inside.get(effect.table, {})):
            life = self.alive.get(ref)
            if life is None or ref.kind != "index" or effect.old not in ref.name:
                continue
            renamed = ref.name.replace(effect.old, effect.new)
            self.answer_to(life, [ObjectRef("index", renamed)], effect.table)

    def create_index(self, table: str, index: Index, provider: int) -> None:
        """Bring an index to life under its name and its columns."""
        life = self.create(ObjectRef("index", index.name), provider, table)
        self.answer_to(life, _index_names(table, index), table)

    def create_key(self, table: str, key: ForeignKey, provider: int) -> None:
        """Bring a foreign key to life under its name, its column and its other table."""
        life = self.create(ObjectRef("foreign_key", f"{table}.{key.name}"), provider, table)
        words = (key.name, *key.columns, key.to_table)
        names = (ObjectRef(kind, f"{table}.{word}") for kind in _KEYS for word in words)
        self.answer_to(life, names, table)

    def create_table_keys(self, table: Table, provider: int) -> None:
        """Bring the indexes and foreign keys of a new table to life."""
        for index in table.indexes:
            self.create_index(table.name, index, provider)
        for key in table.foreign_keys:
            self.create_key(table.name, key, provider)

    def inherit(self, table: str, parents: Iterable[str], provider: int) -> None:
        """Give a table the columns of others; where these are not known, its own are not either."""
        for parent in parents:
            if ObjectRef("table", parent) not in self.alive or parent in self.unsure:
                self.unsure.add(table)
            for ref in list(self.inside.get(parent, {})):
                if ref.kind == "column":
                    name = ref.name.removeprefix(parent)
                    self.create(ObjectRef("column", table + name), provider, table)

    # questions that guards ask

    def fact_holds(self, fact: c.Fact) -> bool | None:  # noqa: PLR0911  one line a kind
        """Whether something is so at this point; None where that is not known."""
        match fact:
            case c.TableExists(name):
                return self.find(ObjectRef("table", name)) is not None
            case c.ColumnExists(table, column):
                there = ObjectRef("column", f"{table}.{column}") in self.alive
                return None if not there and table in self.unsure else there
            case c.IndexExists(table, name, columns):
                named = name if name is not None else f"{table}({','.join(columns or ())})"
                return ObjectRef("index", named) in self.alive
            case c.ForeignKeyExists(table, to_table, column, name):
                said = name or column or to_table or ""
                return ObjectRef("foreign_key", f"{table}.{said}") in self.alive
            case c.ConstraintExists(table, name):
                return ObjectRef("constraint", f"{table}.{name}") in self.alive
            case c.ExtensionEnabled(name):
                return ObjectRef("extension", name) in self.alive
            case c.Unsure() | c.ExtensionAvailable():
                return None


def _index_names(table: str, index: Index) -> Iterator[ObjectRef]:
    """List the other names of an index: by its columns, or its default name in either style."""
    yield ObjectRef("index", f"{table}({','.join(index.columns)})")
    long, short = (
        default_index_name(table, index.columns, long_names=style) for style in (True, False)
    )
    if index.name in {long, short}:
        yield from (ObjectRef("index", name) for name in (long, short))


def awaited(condition: c.Condition, world: LiveObjects) -> Iterator[ObjectRef]:
    """Tables and columns that a condition demands and that are not there."""
    parts = condition.parts if isinstance(condition, c.AllOf) else (condition,)
    for part in parts:
        match part:
            case c.TableExists(name):
                ref = ObjectRef("table", name)
            case c.ColumnExists(table, column):
                ref = ObjectRef("column", f"{table}.{column}")
            case _:
                continue
        if world.find(ref) is None:
            yield ref
