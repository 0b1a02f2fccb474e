"""Names whose case means nothing: MySQL's and SQLite's columns, and tables on some servers."""

from collections import Counter
from collections.abc import Callable, Mapping

from analyzer.analysis.schema.schema_database import Database, among
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import PlainEffect
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.schema import ForeignKey, Index, Schema, Table
from analyzer.records import replace

Spelling = Callable[[str], str]
_OF_TABLES = ("table", "to_table", "or_table")  # fields of effects


def spelled_ref(database: Database, ref: ObjectRef) -> ObjectRef:
    """An object's name as the database has it, which does not tell all names apart by case."""
    match ref.kind:
        case "table":
            return replace(ref, name=database.spelled_table(ref.name))
        case "index":
            known = (it.name for table in database.tables.values() for it in table.indexes)
            return (
                ref if database.index_owner(ref.name) else replace(ref, name=among(known, ref.name))
            )
        case "column" | "foreign_key" | "constraint":
            table, _, name = ref.name.rpartition(".")
            table = database.spelled_table(table)
            owner = database.tables.get(table)
            return replace(ref, name=f"{table}.{_part(database, owner, ref.kind, name)}")
        case _:
            return ref


def index_spelling(database: Database, table: Table, index: Index) -> Index:
    """An index with its columns as the database's table has them."""
    return _index(index, lambda name: database.spelled_column(table, name))


def key_spelling(database: Database, table: Table, key: ForeignKey) -> ForeignKey:
    """A foreign key with its tables and columns as the database has them."""
    target = database.spelled_table(key.to_table)
    theirs = database.tables.get(target)
    return replace(
        key,
        columns=tuple(database.spelled_column(table, it) for it in key.columns),
        to_table=target,
        primary_key=tuple(database.spelled_column(theirs, it) for it in key.primary_key),
    )


def in_spelling_of(files: Schema, there: Schema) -> Schema:
    """What is there with the names of its tables as files write them, which mean the same."""
    written = Database.of(files)
    written.table_case = False
    found = {name: written.spelled_table(name) for name in there.tables}
    taken = Counter(found.values())
    names = {name: new for name, new in found.items() if taken[new] == 1}
    tables = [_under(names, table) for table in there.tables.values()]
    return replace(there, tables={table.name: table for table in tables})


def _under(names: Mapping[str, str], table: Table) -> Table:
    keys = (replace(it, to_table=names.get(it.to_table, it.to_table)) for it in table.foreign_keys)
    name = names.get(table.name, table.name)
    return replace(table, name=name, foreign_keys=tuple(keys))


def _part(database: Database, owner: Table | None, kind: str, name: str) -> str:
    if owner is None or database.column_case:
        return name
    if kind == "column":
        return database.spelled_column(owner, name)
    held = owner.foreign_keys if kind == "foreign_key" else owner.constraints
    return among((it.name for it in held), name)


def spelled(database: Database, effect: PlainEffect, *, by_framework: bool) -> PlainEffect:
    """The effect with its columns, and the indexes that it names, as their table has them.

    Args: by_framework: whether a framework looks for them first, in texts of its own: what it does
        not find in just this case it refuses, whatever the server would say.
    """
    if not database.table_case:
        effect = _on_known_tables(database, effect)
    if database.column_case:
        return effect
    if isinstance(effect, e.CreateTable):
        return replace(effect, table=_of_own_columns(effect.table))
    owner = database.tables.get(_table_of(effect))
    if owner is None:
        return effect
    columns = {it.name.lower(): it.name for it in owner.columns}
    indexes = {it.name.lower(): it.name for it in owner.indexes}

    def column(name: str) -> str:
        return columns.get(name.lower(), name)

    def index(name: str) -> str:
        return indexes.get(name.lower(), name)

    found = _by_server(effect, column, index)
    return found if by_framework else _by_nobody(found, column, index)


def _on_known_tables(database: Database, effect: PlainEffect) -> PlainEffect:
    """The effect with each table that is there as the database has it."""

    def table(name: str) -> str:
        return database.spelled_table(name)

    match effect:
        case e.CreateTable(made):
            effect = replace(effect, table=replace(made, name=table(made.name)))
        case e.DropTable(name):
            effect = replace(effect, name=table(name))
        case e.RenameTable(old, new):
            kept = new if new.lower() == old.lower() else table(new)
            effect = replace(effect, old=table(old), new=kept)
        case e.AddForeignKey(_, key):
            effect = replace(effect, key=replace(key, to_table=table(key.to_table)))
        case _:
            pass
    given = {name: getattr(effect, name, None) for name in _OF_TABLES}
    known = {name: table(it) for name, it in given.items() if isinstance(it, str)}
    return replace(effect, **known) if known else effect  # type: ignore[arg-type]  # its own


def _table_of(effect: PlainEffect) -> str:
    table = getattr(effect, "table", None)
    return table if isinstance(table, str) else ""


def _of_own_columns(table: Table) -> Table:
    own = {it.name.lower(): it.name for it in table.columns}
    indexes = tuple(_index(it, lambda name: own.get(name.lower(), name)) for it in table.indexes)
    return replace(table, indexes=indexes) if indexes != table.indexes else table


def _index(index: Index, column: Spelling) -> Index:
    return replace(
        index,
        columns=tuple(map(column, index.columns)),
        order=tuple((column(name), way) for name, way in index.order),
        lengths=tuple((column(name), size) for name, size in index.lengths),
    )


def _by_server(effect: PlainEffect, column: Spelling, index: Spelling) -> PlainEffect:
    """What is put into SQL as it stands."""
    changes: dict[str, object] = {}
    match effect:
        case e.RemoveColumn(_, name, if_exists=False):
            changes["name"] = column(name)
        case e.AddIndex():
            changes["index"] = _index(effect.index, column)
        case e.RemoveIndex(name=str() as named, columns=None):
            changes["name"] = index(named)
        case e.RenameIndex(_, old):
            changes["old"] = index(old)
        case e.AddForeignKey(_, key):
            changes["key"] = replace(key, columns=tuple(map(column, key.columns)))
        case e.AddPrimaryKey(_, columns):
            changes["columns"] = tuple(map(column, columns))
        case e.ReadData(columns=columns) | e.WriteData(columns=columns) if effect.model is None:
            changes["columns"] = tuple(map(column, columns))
        case e.RenameColumn(_, old, new):
            changes["old"] = column(old)
            changes["new"] = new if new.lower() == old.lower() else column(new)
        case _:
            pass
    return replace(effect, **changes)  # type: ignore[arg-type]  # its own fields


def _by_nobody(effect: PlainEffect, column: Spelling, index: Spelling) -> PlainEffect:
    """What a framework may look for first; here there is none, or it found what it looked for."""
    changes: dict[str, object] = {}
    match effect:
        case e.AddColumn(_, added, if_not_exists=True) | e.ChangeColumn(_, added):
            changes["column"] = replace(added, name=column(added.name))
        case e.RemoveColumn(_, name):
            changes["name"] = column(name)
        case e.ChangeDefault(_, name) | e.ChangeNull(_, name) | e.ChangeColumnComment(_, name):
            changes["column"] = column(name)
        case e.RemoveIndex(name=named, columns=columns):
            changes["name"] = named and index(named)
            changes["columns"] = None if columns is None else tuple(map(column, columns))
        case e.RemoveForeignKey(column=of):
            changes["column"] = of and column(of)
        case _:
            pass
    return replace(effect, **changes)  # type: ignore[arg-type]  # its own fields
