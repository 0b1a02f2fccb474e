"""What effects on indexes, keys and constraints do to a database."""

from typing import assert_never

from analyzer.analysis.schema.schema_database import Database, EffectRefusedError
from analyzer.engines.registry import engine_in_hand
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.schema.schema import ForeignKey, Index, NamedObject, Table
from analyzer.records import replace


def apply_to_keys(database: Database, effect: e.KeyEffect) -> None:
    """Apply an effect on an index or constraint. Raises RefusedError where it would be refused."""
    match effect:
        case e.AddIndex():
            _add_index(database, effect)
        case e.RemoveIndex():
            _remove_index(database, effect)
        case e.RenameIndex(table, old, new):
            if not _rename_behind_constraint(database, old, new):
                _rename_index(database, table, old, new)
        case e.AddForeignKey():
            _add_foreign_key(database, effect)
        case e.RemoveForeignKey():
            _remove_foreign_key(database, effect)
        case e.AddConstraint():
            _add_constraint(database, effect)
        case e.RemoveConstraint():
            _remove_constraint(database, effect)
        case e.ValidateConstraint():
            _validate(database, database.table(effect.table), effect)
        case _:
            assert_never(effect)


def _add_index(database: Database, effect: e.AddIndex) -> None:
    view = NamedObject("materialized_view", effect.table)
    if effect.table not in database.tables and view in database.others:
        return
    table = database.table(effect.table)
    if table.index(effect.index.name) is not None:
        if effect.if_not_exists:
            return
        raise EffectRefusedError(f"{table.name} already has an index {effect.index.name}")
    database.put(replace(table, indexes=(*table.indexes, whole_values(effect.index, table))))
    for column in effect.index.columns:
        if (
            column.isidentifier()
            and table.column(column) is None
            and table.name not in database.unsure
        ):
            raise EffectRefusedError(f"{table.name} has no column {column}")


def whole_values(index: Index, table: Table) -> Index:
    """The index without the lengths of columns whose values are no longer than that."""
    if not index.lengths:
        return index
    limits = {it.name: it.limit or _LONGEST for it in table.columns if it.type == "string"}
    cut = tuple((name, size) for name, size in index.lengths if size < limits.get(name, size + 1))
    return replace(index, lengths=cut)


_LONGEST = 255  # characters in a string of no other limit


def _index(database: Database, table: str | None, name: str) -> tuple[Table, Index]:
    owner = database.index_owner(name) if table is None else database.table(table)
    index = owner.index(name) if owner is not None else None
    if owner is None or index is None:
        raise EffectRefusedError(f"there is no index {name}")
    return owner, index


def _rename_index(database: Database, table: str | None, old: str, new: str) -> None:
    names = {"name": old, "table": table or ""}
    refusal = engine_in_hand().preconditions.refusal(Impediment.NO_INDEX_TO_RENAME, names)
    try:
        owner, index = _index(database, table, old)
    except EffectRefusedError:
        if refusal is not None:
            raise
        return
    _replace_index(database, owner, index, under_new_name(index, new))


def under_new_name(index: Index, name: str) -> Index:
    """An index renamed; where nothing is altered in place, a plain one of the same columns."""
    if engine_in_hand().features.alters_in_place:
        return replace(index, name=name)
    return Index(name, index.columns, unique=index.unique)


def _rename_behind_constraint(database: Database, old: str, new: str) -> bool:
    """Rename the index of a key, and with it the key; say whether there is one of that name."""
    for table in database.tables.values():
        if table.primary_key and table.key == old:
            database.put(replace(table, key_name=new))
            return True
        if any(it.name == old and it.columns for it in table.constraints):
            rename_constraint(database, f"{table.name}.{old}", f"{table.name}.{new}")
            return True
    return False


def _replace_index(database: Database, table: Table, old: Index, new: Index | None) -> None:
    indexes = [index for index in table.indexes if index is not old]
    database.put(replace(table, indexes=(*indexes, *([new] if new is not None else []))))


def _remove_index(database: Database, effect: e.RemoveIndex) -> None:
    if effect.table is None:
        owner = database.index_owner(effect.name or "")
    else:
        owner = database.tables.get(effect.table)
    index = _described(database, owner, effect) if owner is not None else None
    if (
        index is None
        and effect.name is not None
        and effect.columns is None
        and not effect.if_exists
    ):
        # DROP INDEX takes the name alone: Rails does not look whose index it is
        owner = database.index_owner(effect.name) or owner
        index = owner.index(effect.name) if owner is not None else None
    if owner is not None and index is not None:
        _replace_index(database, owner, index, None)
    elif not effect.if_exists and not _drop_unique(database, owner, effect):
        if owner is None and effect.table is not None:
            database.table(effect.table)
        raise EffectRefusedError(
            f"there is no index {effect.name or 'on ' + ', '.join(effect.columns or ())}"
        )


def _drop_unique(database: Database, table: Table | None, effect: e.RemoveIndex) -> bool:
    """Rails before 7.1 saw a unique constraint as an index."""
    if table is None:
        return False
    kept = tuple(
        it
        for it in table.constraints
        if it.name != effect.name and (not it.columns or it.columns != effect.columns)
    )
    database.put(replace(table, constraints=kept))
    return len(kept) < len(table.constraints)


def _described(database: Database, table: Table, effect: e.RemoveIndex) -> Index | None:
    if effect.name is not None:
        return table.index(effect.name) or table.index(database.former.get(effect.name, ""))
    columns = effect.columns or ()
    found = next((index for index in table.indexes if index.columns == columns), None)
    for long_names in (False, True):
        name = default_index_name(table.name, columns, long_names=long_names)
        found = found or table.index(name)
    if found is None and len(columns) == 1:
        found = table.index(columns[0])
    return found


def _add_foreign_key(database: Database, effect: e.AddForeignKey) -> None:
    table = database.table(effect.table)
    named = engine_in_hand().features.named_foreign_keys
    if any(key.name == effect.key.name for key in table.foreign_keys) and (
        named or effect.if_not_exists
    ):
        if effect.if_not_exists:
            return
        raise EffectRefusedError(f"{table.name} already has a foreign key {effect.key.name}")
    database.put(replace(table, foreign_keys=(*table.foreign_keys, effect.key)))
    if effect.key.to_table not in database.tables:
        raise EffectRefusedError(f"there is no table {effect.key.to_table}")


def _remove_foreign_key(database: Database, effect: e.RemoveForeignKey) -> None:
    table = database.table(effect.table)
    kept = tuple(key for key in table.foreign_keys if not _is_key(key, effect))
    if len(kept) == len(table.foreign_keys) and not effect.if_exists:
        raise EffectRefusedError(f"{table.name} has no such foreign key")
    database.put(replace(table, foreign_keys=kept))


def _is_key(key: ForeignKey, effect: e.RemoveForeignKey) -> bool:
    if not engine_in_hand().features.named_foreign_keys:
        return fits(key, effect)
    if effect.name is not None:
        return key.name == effect.name
    if effect.column is not None:
        return effect.column in key.columns
    return key.to_table == effect.to_table


def fits(key: ForeignKey, effect: e.RemoveForeignKey) -> bool:
    """Whether a foreign key is all that is said of the one to be removed."""
    named = engine_in_hand().features.named_foreign_keys
    return (
        (effect.name is None or not named or key.name == effect.name)
        and (effect.column is None or effect.column in key.columns)
        and (effect.to_table is None or effect.to_table == key.to_table)
    )


def _add_constraint(database: Database, effect: e.AddConstraint) -> None:
    table, constraint = database.table(effect.table), effect.constraint
    if any(it.name == constraint.name for it in table.constraints):
        if effect.if_not_exists:
            return
        raise EffectRefusedError(f"{table.name} already has a constraint {constraint.name}")
    used = table.index(effect.using_index) if effect.using_index else None
    if used is not None:
        constraint = replace(constraint, columns=used.columns)
    constraint = replace(constraint, validated=effect.validated)
    indexes = tuple(index for index in table.indexes if index is not used)
    database.put(replace(table, indexes=indexes, constraints=(*table.constraints, constraint)))


def _remove_constraint(database: Database, effect: e.RemoveConstraint) -> None:
    table, name = database.table(effect.table), effect.name
    changed = replace(
        table,
        constraints=tuple(it for it in table.constraints if it.name != name),
        foreign_keys=tuple(key for key in table.foreign_keys if key.name != name),
        primary_key=() if name == table.key else table.primary_key,
    )
    if changed == table and not effect.if_exists:
        raise EffectRefusedError(f"{table.name} has no constraint {name}")
    database.put(changed)


def _validate(database: Database, table: Table, effect: e.ValidateConstraint) -> None:
    keys = tuple(
        replace(key, validated=True) if validates(effect, key) else key
        for key in table.foreign_keys
    )
    constraints = tuple(
        replace(it, validated=True) if it.name == effect.name else it for it in table.constraints
    )
    database.put(replace(table, foreign_keys=keys, constraints=constraints))


def validates(effect: e.ValidateConstraint, key: ForeignKey) -> bool:
    """Whether a foreign key is the one that is validated: by its name, or by all that is said."""
    if effect.name is not None:
        return key.name == effect.name
    described = effect.to_table is not None or effect.column is not None
    return (
        described
        and effect.to_table in {None, key.to_table}
        and (effect.column is None or effect.column in key.columns)
    )


def rename_constraint(database: Database, old: str, new: str) -> None:
    """Rename a constraint or a key; both names are with their table.

    Raises RefusedError where there is none of that name.
    """
    name, _, before = old.rpartition(".")
    table, after = database.table(name), new.rpartition(".")[2]
    is_key = bool(table.primary_key) and before == table.key
    changed = replace(
        table,
        key_name=after if is_key else table.key_name,
        constraints=tuple(
            replace(it, name=after) if it.name == before else it for it in table.constraints
        ),
        foreign_keys=tuple(
            replace(key, name=after) if key.name == before else key for key in table.foreign_keys
        ),
    )
    if changed == table:
        raise EffectRefusedError(f"{name} has no constraint {before}")
    database.put(changed)
