"""What effects on tables do to a database."""

from typing import assert_never

from analyzer.analysis.schema.schema_database import Database, EffectRefusedError
from analyzer.analysis.schema.schema_keys import under_new_name, whole_values
from analyzer.engines.registry import engine_in_hand
from analyzer.model.effects import effect as e
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.schema.schema import Column, ForeignKey, Index, NamedObject, Table, usual_key
from analyzer.records import replace


def apply_to_tables(database: Database, effect: e.TableEffect) -> None:
    """Apply an effect on a whole table. Raises RefusedError where the database would refuse it."""
    match effect:
        case e.CreateTable():
            _create(database, effect)
        case e.DropTable():
            _drop(database, effect)
        case e.RenameTable():
            _rename(database, effect)
        case e.ChangeTableComment(name, comment):
            database.put(replace(database.table(name), comment=comment))
        case e.AddPrimaryKey(name, columns, constraint=constraint):
            _set_primary_key(database, name, columns, constraint)
        case e.RemovePrimaryKey(name):
            database.put(replace(database.table(name), primary_key=(), key_name=None))
        case _:
            assert_never(effect)


def _create(database: Database, effect: e.CreateTable) -> None:
    name = effect.table.name
    if effect.temporary:
        return
    if name in database.tables and not effect.force:
        if effect.if_not_exists:
            return
        raise EffectRefusedError(f"table {name} already exists")
    columns = [column for other in effect.like for column in _columns_of(database, other)]
    table = replace(effect.table, columns=(*columns, *map(database.typed, effect.table.columns)))
    table = replace(table, indexes=tuple(whole_values(it, table) for it in table.indexes))
    if table.primary_key:
        columns_in_key = (_key_column(column, table) for column in table.columns)
        table = replace(table, columns=tuple(columns_in_key))
    database.put(table)
    unsure = {other for other in effect.like if other not in database.tables} | database.unsure
    if effect.query is not None or not unsure.isdisjoint(effect.like):
        database.unsure.add(name)


def _columns_of(database: Database, name: str) -> tuple[Column, ...]:
    table = database.tables.get(name)
    return table.columns if table is not None else ()


def _key_column(column: Column, table: Table) -> Column:
    return replace(column, null=False) if column.name in table.primary_key else column


def _drop(database: Database, effect: e.DropTable) -> None:
    if effect.name not in database.tables and effect.if_exists:
        return
    database.table(effect.name)
    if engine_in_hand().features.drop_spares_rows:
        _drop_keys_to(database, effect.name)
    columns = database.tables[effect.name].columns
    del database.tables[effect.name]
    owned = {NamedObject("sequence", f"{effect.name}_{column.name}_seq") for column in columns}
    database.others -= {it for it in database.others if _belongs_to(it, effect.name)} | owned
    database.unsure.discard(effect.name)


def _drop_keys_to(database: Database, name: str) -> None:
    """The foreign keys that point to a table go with it; some engines keep them all the same."""
    for table in list(database.tables.values()):
        kept = tuple(key for key in table.foreign_keys if key.to_table != name)
        if len(kept) != len(table.foreign_keys):
            database.put(replace(table, foreign_keys=kept))


def _belongs_to(other: NamedObject, table: str) -> bool:
    return other.kind in {"trigger", "rule", "policy"} and other.name.startswith(f"{table}.")


def _rename(database: Database, effect: e.RenameTable) -> None:
    table, new = database.table(effect.old), effect.new
    if "." in effect.old and "." not in new and effect.by_sql:
        new = f"{effect.old.rpartition('.')[0]}.{new}"
    if new in database.tables:
        raise EffectRefusedError(f"table {new} already exists")
    indexes = (
        table.indexes
        if effect.by_sql
        else tuple(
            carried(index, effect.old, new, index.columns, long_names=effect.long_names)
            for index in table.indexes
        )
    )
    del database.tables[effect.old]
    note_former(database, table, indexes)
    key = table.key if effect.by_sql or not finds_key(table) else usual_key(new)
    key_name = key if table.primary_key and key != usual_key(new) else None
    database.put(replace(table, name=new, indexes=indexes, key_name=key_name))
    if not effect.by_sql:
        _rename_sequence(database, table, new)
    _follow(database, effect.old, new)
    for other in list(database.tables.values()):
        keys = tuple(_pointed(key, effect.old, new) for key in other.foreign_keys)
        if keys != other.foreign_keys:
            database.put(replace(other, foreign_keys=keys))


def finds_key(table: Table) -> bool:
    """Whether Rails' rename_table looks for the key: one column, of a sequence or of a function."""
    column = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
    if column is None:
        return False
    counted = column.type in {"integer", "bigint", "serial", "bigserial"}
    return counted or (column.type == "uuid" and column.default is not None)


def _rename_sequence(database: Database, table: Table, new: str) -> None:
    """Rails renames the sequence of a primary key along with its table."""
    for column in table.primary_key:
        old = NamedObject("sequence", f"{table.name}_{column}_seq")
        if old in database.others:
            database.others.remove(old)
            database.others.add(NamedObject("sequence", f"{new}_{column}_seq"))


def _follow(database: Database, old: str, new: str) -> None:
    """Rename the table's default-named parts along with it."""
    if old in database.unsure:
        database.unsure.remove(old)
        database.unsure.add(new)
    for other in [it for it in database.others if _belongs_to(it, old)]:
        database.others.remove(other)
        database.others.add(NamedObject(other.kind, f"{new}.{other.name.removeprefix(f'{old}.')}"))


def note_former(database: Database, table: Table, indexes: tuple[Index, ...]) -> None:
    """Remember old index names: Rails before 4.0 kept them, so a later migration may use them."""
    for old, new in zip(table.indexes, indexes, strict=True):
        if old.name != new.name:
            database.former[old.name] = new.name


def _pointed(key: ForeignKey, old: str, new: str) -> ForeignKey:
    return replace(key, to_table=new) if key.to_table == old else key


def carried(
    index: Index, old: str, new: str, columns: tuple[str, ...], *, long_names: bool
) -> Index:
    """Rails gives an index with a default name the default name of its renamed table or column."""
    if index.name != default_index_name(old, columns, long_names=long_names):
        return index
    return under_new_name(index, default_index_name(new, index.columns, long_names=long_names))


def _set_primary_key(
    database: Database, name: str, columns: tuple[str, ...], constraint: str | None
) -> None:
    table = replace(database.table(name), primary_key=columns, key_name=constraint)
    not_null = tuple(_key_column(column, table) for column in table.columns)
    database.put(replace(table, columns=not_null))
