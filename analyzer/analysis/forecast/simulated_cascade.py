"""What CASCADE drops along: the views, keys and columns that hang on what goes."""

from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import PlainEffect
from analyzer.model.schema.schema import ForeignKey, NamedObject, Table
from analyzer.records import replace


def drop_hanging(world: SimulatedDatabase, effect: PlainEffect) -> None:
    """Drop what an effect with CASCADE takes along, before it is carried out itself."""
    match effect:
        case e.DropTable(name) | e.DropObject("view" | "materialized_view", name):
            _drop_views(world, world.viewed(name))
        case e.CreateTable(table, force=True):
            _drop_views(world, world.viewed(table.name))
        case e.RemoveColumn(table, name):
            _drop_views(world, world.viewed(table, name))
            _drop_keys(world, table, name)
        case e.RemoveConstraint(table, name):
            known = world.database.tables.get(table)
            if known is not None and known.key == name:
                _drop_keys(world, table, None)
        case e.DropEnum(name):
            _drop_columns(world, name)
        case _:
            return


def _drop_views(world: SimulatedDatabase, views: list[str]) -> None:
    """Views go with all views that read them."""
    for view in views:
        if world.views.pop(view, None) is None:
            continue
        world.database.others -= {NamedObject(kind, view) for kind in ("view", "materialized_view")}
        world.view_indexes = {it: on for it, on in world.view_indexes.items() if on != view}
        _drop_views(world, world.viewed(view))


def _drop_keys(world: SimulatedDatabase, table: str, column: str | None) -> None:
    """The foreign keys that point to a column, or (None) to the primary key."""
    known = world.database.tables.get(table)
    own = known.primary_key if known is not None else ()

    def stays(key: ForeignKey) -> bool:
        if key.to_table != table:
            return True
        return bool(key.primary_key) if column is None else column not in (key.primary_key or own)

    for other in list(world.database.tables.values()):
        kept = tuple(key for key in other.foreign_keys if stays(key))
        if kept != other.foreign_keys:
            world.database.put(replace(other, foreign_keys=kept))


def _drop_columns(world: SimulatedDatabase, kind: str) -> None:
    for table in list(world.database.tables.values()):
        kept = tuple(it for it in table.columns if kind not in {it.enum_type, it.type})
        if kept != table.columns:
            world.database.put(_with_columns(table, kept))


def _with_columns(table: Table, columns: tuple[object, ...]) -> Table:
    return replace(table, columns=columns)  # type: ignore[arg-type]  # some of its own
