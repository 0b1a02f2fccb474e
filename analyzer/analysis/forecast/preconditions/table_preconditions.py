"""What stands against effects on whole tables."""

from collections.abc import Iterable

from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    by_method,
    duplicate,
    duplicate_index,
    hangs_on_a_question,
    needs_column,
    needs_table,
    needs_target,
    refused,
)
from analyzer.analysis.forecast.preconditions.type_preconditions import column_type, key_types
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.schema_tables import finds_key
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import TableEffect
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.model.schema.schema import Table, usual_key


def against_tables(world: SimulatedDatabase, effect: TableEffect) -> Problems:
    """Problems of an effect on a whole table, in the order in which they would be met."""
    match effect:
        case e.CreateTable():
            yield from _create(world, effect)
        case e.DropTable():
            yield from _drop(world, effect)
        case e.RenameTable(old, new):
            yield from needs_table(world, old)
            yield from duplicate(world, new)
            yield from _key_under_another_name(world, effect)
        case e.AddPrimaryKey(name, columns):
            yield from needs_table(world, name)
            yield from _primary_key(world, name, columns)
        case e.RemovePrimaryKey(name, _, constraint):
            yield from needs_table(world, name)
            yield from _no_primary_key(world, name, constraint)
        case e.ChangeTableComment(name):
            yield from needs_table(world, name)


def _key_under_another_name(world: SimulatedDatabase, effect: e.RenameTable) -> Problems:
    """rename_table renames the index songs_pkey, which plain SQL may have left under another."""
    table = world.database.tables.get(effect.old)
    if effect.by_sql or table is None or not finds_key(table):
        return
    usual = usual_key(effect.old)
    if table.key != usual and world.relation(usual) is None:
        missing = Impediment.NO_INDEX_TO_RENAME
        yield from refused(world, missing, name=usual, table=effect.old)


def _create(world: SimulatedDatabase, effect: e.CreateTable) -> Problems:
    table = effect.table
    if effect.temporary:
        return
    if effect.force and effect.if_not_exists and world.methods is not None:
        told = world.methods.forced_unless_there(effect, world.release)
        yield from by_method(told, lacks=False)
    if effect.force:
        yield from _forced(world, effect)
    elif effect.if_not_exists and world.relation(table.name) is not None:
        yield from _missing_indexes(world, table)
        yield from later_option(world, effect.later)
        return
    elif not effect.if_not_exists:
        yield from duplicate(world, table.name)
    if table.name in world.database.enums:
        yield from refused(world, Impediment.TYPE_TAKEN, name=table.name)
    for other in effect.like:
        yield from needs_table(world, other)
    if effect.computed:
        parts = ", ".join(effect.computed)
        yield Doubt(
            f"what table {table.name} looks like is computed: {parts}", f"read line {effect.line}"
        )
    yield from _parts(world, effect)
    yield from later_option(world, effect.later)


def _missing_indexes(world: SimulatedDatabase, table: Table) -> Problems:
    """The indexes that a table which is there lacks are added."""
    for index in table.indexes:
        if world.relation(index.name) is None:
            for column in index.columns:
                if column.isidentifier():
                    missing = Impediment.NO_INDEXED_COLUMN
                    yield from needs_column(world, table.name, column, missing)


def _forced(world: SimulatedDatabase, effect: e.CreateTable) -> Problems:
    kind = world.relation(effect.table.name)
    if kind == "table":
        yield from dependents(world, effect.table.name, cascade=effect.cascade)
    elif kind is not None:
        yield from refused(world, Impediment.NO_TABLE_TO_REPLACE, name=effect.table.name)


def _parts(world: SimulatedDatabase, effect: e.CreateTable) -> Problems:
    table = effect.table
    for column in table.columns:
        yield from column_type(world, column)
    for key in table.foreign_keys:
        if key.to_table == table.name:
            continue
        there = world.table(key.to_table)
        if there is There.NO:
            yield from needs_target(world, table.name, key.to_table)
        elif there is There.OPEN:
            yield hangs_on_a_question("table", key.to_table)
        else:
            yield from key_types(world, table, key)
    for index in table.indexes:
        yield from long_index_name(world, table.name, index.name)
        if not effect.if_not_exists and not _own_index(world, effect, index.name):
            yield from duplicate_index(world, table.name, index.name)
        if not effect.like and effect.query is None:
            yield from _columns_of_new(world, table, index.columns)


def _own_index(world: SimulatedDatabase, effect: e.CreateTable, name: str) -> bool:
    """Whether an index of that name goes together with the table that ``force`` drops."""
    old = world.database.tables.get(effect.table.name)
    return effect.force and old is not None and old.index(name) is not None


def _columns_of_new(world: SimulatedDatabase, table: Table, columns: Iterable[str]) -> Problems:
    for name in columns:
        if name.isidentifier() and table.column(name) is None:
            missing = Impediment.NO_INDEXED_COLUMN
            yield from refused(world, missing, column=name, table=table.name)


def long_index_name(world: SimulatedDatabase, table: str, name: str) -> Problems:
    """A name that the database would cut off, which the framework may refuse."""
    if world.methods is not None:
        longest = world.engine.types.longest_name()
        yield from by_method(world.methods.long_index_name(table, name, longest), lacks=False)


def later_option(world: SimulatedDatabase, option: str | None) -> Problems:
    """An option of an index that the release which runs the file may not know."""
    if option is not None and world.methods is not None:
        told = world.methods.later_option(option, world.release)
        yield from by_method(told, lacks=False)


def dependents(
    world: SimulatedDatabase, table: str, *, cascade: bool, along: tuple[str, ...] = ()
) -> Problems:
    """Find the objects that keep a table from being dropped; ``along`` is dropped with it."""
    if cascade and world.engine.features.drop_cascades:
        return
    if world.keys_act and not world.engine.features.drop_spares_rows:
        yield from _pointed_at(world, table, along)
    others = (other.name for other, _ in world.referring(table) if other.name not in along)
    referring = [f"table {name}" for name in others]
    hanging = [*referring, *(f"view {view}" for view in world.viewed(table))]
    if hanging:
        told = ", ".join(dict.fromkeys(hanging))
        yield from refused(world, Impediment.TABLE_IN_USE, table=table, others=told)


def _pointed_at(world: SimulatedDatabase, table: str, along: tuple[str, ...]) -> Problems:
    """The rows go first: a row that another refers to stays, unless that one's key acts on it."""
    if table in world.rows.empty:
        return
    for other, key in world.referring(table):
        acts = key.on_delete in {"cascade", "nullify", "default"}
        if not acts and other.name not in {*along, *world.rows.empty}:
            column = key.columns[0]
            yield Doubt(
                f"with a single row in {other.name} whose {column} refers to {table} it fails with "
                f"{world.error_of_rows(RowViolation.FOREIGN_KEY)}",
                world.engine.preconditions.values(other.name, column),
            )


def _drop(world: SimulatedDatabase, effect: e.DropTable) -> Problems:
    there = world.table(effect.name)
    if there is There.OPEN and not effect.if_exists:
        yield hangs_on_a_question("table", effect.name)
    if there is There.YES:
        yield from dependents(world, effect.name, cascade=effect.cascade, along=effect.along)
    elif world.view(effect.name) is not None:
        yield from refused(world, Impediment.NO_TABLE_TO_REPLACE, name=effect.name)
    elif there is There.NO and not effect.if_exists:
        yield from refused(world, Impediment.NO_TABLE_TO_DROP, name=effect.name)


def _primary_key(world: SimulatedDatabase, name: str, columns: tuple[str, ...]) -> Problems:
    for column in columns:
        yield from needs_column(world, name, column)
    table = world.database.tables.get(name)
    if table is not None and table.primary_key:
        yield from refused(world, Impediment.SECOND_PRIMARY_KEY, table=name)
    if name not in world.rows.empty:
        yield Doubt(
            f"a primary key on {name} needs different values in every row, and no NULL",
            "look for duplicates and NULLs in its columns",
        )


def _no_primary_key(world: SimulatedDatabase, name: str, constraint: str | None) -> Problems:
    table = world.database.tables.get(name)
    if table is not None and not table.primary_key:
        named = constraint or usual_key(name)
        yield from refused(world, Impediment.NO_CONSTRAINT, name=named, table=name)
    elif any(not key.primary_key for _, key in world.referring(name)):
        named = constraint or (table.key if table is not None else usual_key(name))
        yield from refused(world, Impediment.KEY_IN_USE, name=named, table=name)
