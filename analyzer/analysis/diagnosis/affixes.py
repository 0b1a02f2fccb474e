"""Migrations of an application whose tables all carry a prefix or suffix that Rails adds by itself.

With ``table_name_prefix = "shop_"`` a migration that says ``create_table :songs`` makes shop_songs,
and the version table is shop_schema_migrations. What plain SQL names carries the prefix already.
"""

from typing import assert_never

from analyzer.model.core import condition as c
from analyzer.model.core.condition import Condition
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Parsed, PlainEffect
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.schema.schema import ForeignKey, Index, Table
from analyzer.records import Struct, replace

_TABLES = frozenset({"table", "to_table", "or_table"})


class Affixes(Struct, frozen=True):
    """The prefix and suffix that Rails adds to each table's name."""

    before: str
    after: str

    def named(self, name: str) -> str:
        """A table's name as the database has it."""
        schema, dot, bare = name.rpartition(".")
        wears = bare.startswith(self.before) and bare.endswith(self.after)
        return name if wears else f"{schema}{dot}{self.before}{bare}{self.after}"


def affixes_of(version_table: str, usual: str) -> Affixes | None:
    """Read them from the version table's name; None where it has none."""
    before, found, after = version_table.partition(usual)
    return Affixes(before, after) if found and (before or after) else None


def with_affixes(parsed: Parsed, affixes: Affixes) -> Parsed:
    """The migration as it works on the tables' full names."""
    renamed = _Renamed(affixes)
    down = parsed.down
    return replace(
        parsed,
        effects=tuple(map(renamed.effect, parsed.effects)),
        down=None if down is None else tuple(map(renamed.effect, down)),
    )


class _Renamed:
    """Effects under full names."""

    def __init__(self, affixes: Affixes) -> None:
        self.named = affixes.named

    def effect(self, effect: Effect) -> Effect:
        if not isinstance(effect, e.Guarded):
            return self.plain(effect)
        asked = tuple(replace(it, condition=self.condition(it.condition)) for it in effect.asked)
        return replace(effect, effect=self.plain(effect.effect), asked=asked)

    def plain(self, effect: PlainEffect) -> PlainEffect:
        if isinstance(effect, e.WriteData | e.ReadData) and effect.model is None:
            return effect  # by SQL
        changes: dict[str, object] = {}
        for name in effect.__struct_fields__:
            value = getattr(effect, name)
            if isinstance(value, str) and name in self._names(effect):
                changes[name] = self.named(value)
            elif isinstance(value, Table):
                changes[name] = self.table(value)
            elif isinstance(value, Index):
                changes[name] = self.index(value, str(getattr(effect, "table", "")))
            elif isinstance(value, ForeignKey):
                changes[name] = self.key(value)
        return replace(effect, **changes)  # type: ignore[arg-type]  # of its own fields

    def _names(self, effect: PlainEffect) -> frozenset[str]:
        """The fields that name tables."""
        match effect:
            case e.RenameTable():
                return frozenset({"old", "new"})
            case e.DropTable():
                return frozenset({"name"})
            case _:
                return _TABLES

    def table(self, table: Table) -> Table:
        return replace(
            table,
            name=self.named(table.name),
            indexes=tuple(self.index(it, table.name) for it in table.indexes),
            foreign_keys=tuple(map(self.key, table.foreign_keys)),
        )

    def index(self, index: Index, table: str) -> Index:
        """A name by default follows the table's full name."""
        for long_names in (False, True):
            if index.name == default_index_name(table, index.columns, long_names=long_names):
                full = default_index_name(self.named(table), index.columns, long_names=long_names)
                return replace(index, name=full)
        return index

    def key(self, key: ForeignKey) -> ForeignKey:
        return replace(key, to_table=self.named(key.to_table))

    def condition(self, condition: Condition) -> Condition:
        match condition:
            case c.Not(of):
                return c.Not(self.condition(of))
            case c.AllOf(parts) | c.AnyOf(parts):
                return type(condition)(tuple(map(self.condition, parts)))
            case _:
                return self._fact(condition)

    def _fact(self, fact: c.Fact) -> c.Fact:
        match fact:
            case c.IndexExists(table):
                return replace(fact, table=table and self.named(table))
            case c.ForeignKeyExists(table, to_table):
                to_table = to_table and self.named(to_table)
                return replace(fact, table=self.named(table), to_table=to_table)
            case c.TableExists(table) | c.ColumnExists(table) | c.ConstraintExists(table):
                return replace(fact, table=self.named(table))
            case c.ExtensionEnabled() | c.ExtensionAvailable() | c.Unsure():
                return fact
            case _:
                assert_never(fact)
