"""The objects that an effect touches: what it creates, alters, drops, needs, writes and reads."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import assert_never

from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Column, ForeignKey, Index, SqlText, Table
from analyzer.records import Struct


class ObjectRef(Struct, frozen=True, order=True):
    """An object by kind and name: ``table:songs``, ``column:songs.title``, ``data:songs``.

    Kinds are table, column, index, foreign_key, constraint, type, extension, data, migration,
    and those of objects known by name only (view, function, trigger, sequence, schema).
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


class Role(StrEnum):
    """What an effect does to an object."""

    CREATES = "creates"
    ALTERS = "alters"
    DROPS = "drops"
    NEEDS = "needs"  # it fails where the object is missing
    WRITES = "writes"
    READS = "reads"


Touch = tuple[Role, ObjectRef]

_EXTENSION_OF_TYPE = {
    "citext": "citext",
    "hstore": "hstore",
    "ltree": "ltree",
    "geometry": "postgis",
    "geography": "postgis",
    "st_point": "postgis",
    "st_polygon": "postgis",
    "vector": "vector",
}
_EXTENSION_OF_FUNCTION = {"uuid_generate_": "uuid-ossp"}  # gen_random_uuid is built in since 13
EXTENSION_OF_OPCLASS = {
    "gin_trgm_ops": "pg_trgm",
    "gist_trgm_ops": "pg_trgm",
    "vector_l2_ops": "vector",
    "vector_cosine_ops": "vector",
}


class EffectSummary(Struct, frozen=True):
    """All objects that some effects touch, by role."""

    creates: frozenset[ObjectRef] = frozenset()
    alters: frozenset[ObjectRef] = frozenset()
    drops: frozenset[ObjectRef] = frozenset()
    needs: frozenset[ObjectRef] = frozenset()
    writes: frozenset[ObjectRef] = frozenset()
    reads: frozenset[ObjectRef] = frozenset()
    opaque: int = 0  # how many of the effects cannot be known


def summary(effects: Iterable[e.Effect]) -> EffectSummary:
    """Gather the objects of some effects by role; an effect under a condition counts as one."""
    gathered: dict[Role, set[ObjectRef]] = {role: set() for role in Role}
    opaque = 0
    for effect in effects:
        opaque += isinstance(bare(effect), e.Opaque)
        for role, ref in objects(effect):
            gathered[role].add(ref)
    return EffectSummary(
        frozenset(gathered[Role.CREATES]),
        frozenset(gathered[Role.ALTERS]),
        frozenset(gathered[Role.DROPS]),
        frozenset(gathered[Role.NEEDS]),
        frozenset(gathered[Role.WRITES]),
        frozenset(gathered[Role.READS]),
        opaque,
    )


def bare(effect: e.Effect) -> e.PlainEffect:
    """Take the condition off an effect."""
    return effect.effect if isinstance(effect, e.Guarded) else effect


def objects(effect: e.Effect) -> tuple[Touch, ...]:
    """Name the objects that one effect touches, each with its role, in a stable order."""
    return tuple(dict.fromkeys(_touches(bare(effect))))


def _touches(effect: e.PlainEffect) -> Iterator[Touch]:
    match effect:
        case e.RunMigration(class_name):
            yield Role.NEEDS, ObjectRef("migration", class_name)
        case e.Opaque():
            return
        case e.WriteData() | e.ReadData():
            yield from _data_touches(effect)
        case _ if isinstance(effect, e.TableEffect):
            yield from _table_touches(effect)
        case _ if isinstance(effect, e.ColumnEffect):
            yield from _column_touches(effect)
        case _ if isinstance(effect, e.KeyEffect):
            yield from _key_touches(effect)
        case _:
            yield from _named_touches(effect)


def _table_touches(effect: e.TableEffect) -> Iterator[Touch]:
    match effect:
        case e.CreateTable(table):
            yield from _created_table(table)
        case e.DropTable(name):
            yield Role.DROPS, ObjectRef("table", name)
        case e.RenameTable(old, new):
            yield Role.DROPS, ObjectRef("table", old)
            yield Role.CREATES, ObjectRef("table", new)
        case e.ChangeTableComment(table) | e.AddPrimaryKey(table) | e.RemovePrimaryKey(table):
            yield Role.ALTERS, ObjectRef("table", table)
        case _:
            assert_never(effect)


def _column_touches(effect: e.ColumnEffect) -> Iterator[Touch]:
    match effect:
        case e.AddColumn(table, column):
            yield Role.ALTERS, ObjectRef("table", table)
            yield from _created_column(table, column)
        case e.RemoveColumn(table, name):
            yield from _column(Role.DROPS, table, name)
        case e.RenameColumn(table, old, new):
            yield from _column(Role.DROPS, table, old)
            yield Role.CREATES, ObjectRef("column", f"{table}.{new}")
        case e.ChangeColumn(table, column):
            yield from _column(Role.ALTERS, table, column.name)
            yield from _type_needs(column)
        case (
            e.ChangeDefault(table, name)
            | e.ChangeNull(table, name)
            | e.ChangeColumnComment(table, name)
        ):
            yield from _column(Role.ALTERS, table, name)
        case _:
            assert_never(effect)


def _data_touches(effect: e.DataEffect) -> Iterator[Touch]:
    match effect:
        case e.WriteData(table, _, _, columns):
            yield Role.WRITES, ObjectRef("data", table)
            yield from _used(table, columns)
        case e.ReadData(table, _, columns):
            yield Role.READS, ObjectRef("data", table)
            yield from _used(table, columns)
        case _:
            assert_never(effect)


def _key_touches(effect: e.KeyEffect) -> Iterator[Touch]:  # noqa: C901, PLR0912  one line a kind
    if effect.table is not None:
        yield Role.ALTERS, ObjectRef("table", effect.table)
    match effect:
        case e.AddIndex(table, index):
            yield from _created_index(table, index)
        case e.RemoveIndex(table, _, name, columns):
            if name is not None:
                yield Role.DROPS, ObjectRef("index", name)
            elif table is not None and columns:
                yield Role.DROPS, ObjectRef("index", f"{table}({','.join(columns)})")
        case e.RenameIndex(_, old, new):
            yield Role.DROPS, ObjectRef("index", old)
            yield Role.CREATES, ObjectRef("index", new)
        case e.AddForeignKey(table, key):
            yield from _created_key(table, key)
        case e.RemoveForeignKey(table, _, to_table, column, name):
            yield Role.DROPS, ObjectRef("foreign_key", f"{table}.{name or column or to_table}")
        case e.AddConstraint(table, constraint, using_index=using_index):
            yield Role.CREATES, ObjectRef("constraint", f"{table}.{constraint.name}")
            for column in constraint.columns:
                yield Role.NEEDS, ObjectRef("column", f"{table}.{column}")
            if using_index is not None:
                yield Role.NEEDS, ObjectRef("index", using_index)
        case e.RemoveConstraint(table, name):
            yield Role.DROPS, ObjectRef("constraint", f"{table}.{name}")
        case e.ValidateConstraint(table, _, name, to_table, column):
            described = name or column or to_table
            yield Role.ALTERS, ObjectRef("constraint", f"{table}.{described}")
        case _:
            assert_never(effect)


def _named_touches(effect: e.NamedEffect) -> Iterator[Touch]:  # noqa: C901  one line a kind
    match effect:
        case e.CreateEnum(name):
            yield Role.CREATES, ObjectRef("type", name)
        case e.DropEnum(name):
            yield Role.DROPS, ObjectRef("type", name)
        case e.RenameEnum(old, new):
            yield Role.DROPS, ObjectRef("type", old)
            yield Role.CREATES, ObjectRef("type", new)
        case e.AddEnumValue(name) | e.RenameEnumValue(name):
            yield Role.ALTERS, ObjectRef("type", name)
        case e.ChangeOther():
            return
        case e.EnableExtension(name):
            yield Role.CREATES, ObjectRef("extension", name)
        case e.DisableExtension(name):
            yield Role.DROPS, ObjectRef("extension", name)
        case e.CreateObject(kind, name, _, needs):
            yield Role.CREATES, ObjectRef(kind, name)
            for table in needs:
                yield Role.NEEDS, ObjectRef("table", table)
        case e.DropObject(kind, name):
            yield Role.DROPS, ObjectRef(kind, name)
        case e.RenameObject(kind, old, new):
            yield Role.DROPS, ObjectRef(kind, old)
            yield Role.CREATES, ObjectRef(kind, new)
        case _:
            assert_never(effect)


def _created_table(table: Table) -> Iterator[Touch]:
    yield Role.CREATES, ObjectRef("table", table.name)
    for column in table.columns:
        yield from _created_column(table.name, column)
    for index in table.indexes:
        yield from _created_index(table.name, index)
    for key in table.foreign_keys:
        yield from _created_key(table.name, key)


def _created_column(table: str, column: Column) -> Iterator[Touch]:
    yield Role.CREATES, ObjectRef("column", f"{table}.{column.name}")
    yield from _type_needs(column)


def _type_needs(column: Column) -> Iterator[Touch]:
    if column.enum_type is not None:
        yield Role.NEEDS, ObjectRef("type", column.enum_type)
    if column.type in _EXTENSION_OF_TYPE:
        yield Role.NEEDS, ObjectRef("extension", _EXTENSION_OF_TYPE[column.type])
    if isinstance(column.default, SqlText):
        for start, extension in _EXTENSION_OF_FUNCTION.items():
            if start in column.default.text:
                yield Role.NEEDS, ObjectRef("extension", extension)


def _created_index(table: str, index: Index) -> Iterator[Touch]:
    yield Role.CREATES, ObjectRef("index", index.name)
    for column in (*index.columns, *index.include):
        if column.isidentifier():
            yield Role.NEEDS, ObjectRef("column", f"{table}.{column}")
    for opclass in index.opclasses:
        if opclass in EXTENSION_OF_OPCLASS:
            yield Role.NEEDS, ObjectRef("extension", EXTENSION_OF_OPCLASS[opclass])


def _created_key(table: str, key: ForeignKey) -> Iterator[Touch]:
    yield Role.CREATES, ObjectRef("foreign_key", f"{table}.{key.name}")
    yield Role.NEEDS, ObjectRef("table", key.to_table)
    for column in key.columns:
        yield Role.NEEDS, ObjectRef("column", f"{table}.{column}")
    for column in key.primary_key:
        yield Role.NEEDS, ObjectRef("column", f"{key.to_table}.{column}")


def _column(role: Role, table: str, name: str) -> Iterator[Touch]:
    yield Role.ALTERS, ObjectRef("table", table)
    yield role, ObjectRef("column", f"{table}.{name}")


def _used(table: str, columns: tuple[str, ...]) -> Iterator[Touch]:
    yield Role.NEEDS, ObjectRef("table", table)
    for column in columns:
        yield Role.NEEDS, ObjectRef("column", f"{table}.{column}")
