"""What an effect destroys, told before it is carried out."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from analyzer.analysis.forecast.preconditions.row_preconditions import table_of
from analyzer.analysis.forecast.simulated_rows import STAMPS, written
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.findings.prediction import LossKind
from analyzer.records import Struct, replace


class Gone(Struct, frozen=True):
    """A loss: what goes, from which table, and how much.

    ``columns`` are those that are dropped or overwritten, as far as they are known; ``said``: the
    effect names this as what it removes; ``by_key``: a foreign key does it.
    """

    kind: LossKind
    table: str
    what: str
    line: int
    rows: int | None
    bytes: int | None = None
    columns: tuple[str, ...] = ()
    said: bool = False
    by_key: bool = False


def losses(
    world: SimulatedDatabase, effect: e.PlainEffect, made: AbstractSet[str]
) -> Iterator[Gone]:
    """Name what an effect takes away from what was there before the run.

    Args: made: tables that the run itself has made; nothing in them is lost.
    """
    match effect:
        case e.DropTable(name, line):
            if _is_there(world, name) and name not in made:
                gone = _whole(world, LossKind.TABLE, name, f"drops table {name}", line)
                yield replace(gone, said=True)
        case e.CreateTable(table, line, force=True, temporary=False):
            name = table.name
            if _is_there(world, name) and name not in made:
                what = f"drops table {name} and creates it empty (force: true)"
                yield _whole(world, LossKind.EMPTIED, name, what, line)
        case e.RemoveColumn(name, column, line) if name not in made:
            if world.column(name, column) in {There.YES, There.ASSUMED, There.OPEN}:
                yield from (replace(it, said=True) for it in _column(world, name, column, line))
        case e.ChangeColumn(table) if table not in made:
            yield from _retyped(world, effect)
        case e.WriteData():
            yield from _written(world, effect, made)
        case _:
            yield from _taken_along(world, effect, made)


def _taken_along(
    world: SimulatedDatabase, effect: e.PlainEffect, made: AbstractSet[str]
) -> Iterator[Gone]:
    """Find what is dropped along with an object that it depends on."""
    match effect:
        case e.DropObject("schema", schema, line):
            yield from _of_schema(world, schema, line, made)
        case e.DropEnum(name, line, cascade=True):
            yield from _of_type(world, name, line, made)
        case e.DisableExtension(name, line):
            yield from _of_extension(world, name, line)
        case _:
            return


def made_anew(gone: Gone, effect: e.PlainEffect) -> bool:
    """Whether an effect makes, empty, what was dropped before it: nothing was to be removed."""
    match effect:
        case e.CreateTable(table):
            return gone.kind is LossKind.TABLE and gone.table == table.name
        case e.AddColumn(table, column):
            dropped = gone.kind is LossKind.COLUMN and gone.columns == (column.name,)
            return dropped and gone.table == table
        case _:
            return False


def each_once(losses_: Sequence[Gone]) -> tuple[Gone, ...]:
    """Tell what a migration takes away once: a table that goes takes its rows and columns along."""
    found: dict[tuple[str, ...], Gone] = {}
    for gone in losses_:
        same = _sameness(gone)
        found[same] = _together(found[same], gone) if same in found else gone
    whole = {it.table for it in found.values() if it.kind in _WHOLE}
    return tuple(it for it in found.values() if it.kind in _WHOLE or it.table not in whole)


_WHOLE = frozenset({LossKind.TABLE, LossKind.EMPTIED})


def _sameness(gone: Gone) -> tuple[str, ...]:
    match gone.kind:
        case LossKind.TABLE | LossKind.EMPTIED:
            return (LossKind.TABLE, gone.table)
        case LossKind.ROWS | LossKind.VALUES:
            return (gone.kind, gone.table)
        case _:
            return (gone.kind, gone.table, gone.what)


def _together(one: Gone, other: Gone) -> Gone:
    """Two losses of the same: the first place, the larger part; announced where both are."""
    said = one.said and other.said
    match one.kind:
        case LossKind.VALUES:
            known = bool(one.columns and other.columns)
            columns = tuple(dict.fromkeys((*one.columns, *other.columns))) if known else ()
            return replace(one, what=overwriting(columns, one.table), columns=columns, said=said)
        case LossKind.EMPTIED if other.kind is LossKind.TABLE:
            return replace(other, line=one.line, rows=one.rows, bytes=one.bytes, said=said)
        case _:
            return replace(one, said=said)


def overwriting(columns: Sequence[str], table: str) -> str:
    """In words, what an UPDATE does to older values; without columns where these are unknown."""
    return f"overwrites {', '.join(columns) or 'values'} in rows of table {table}"


def _is_there(world: SimulatedDatabase, name: str) -> bool:
    return world.table(name) in {There.YES, There.OPEN} or (
        not world.complete and world.table(name) is There.ASSUMED
    )


def _whole(world: SimulatedDatabase, kind: LossKind, name: str, what: str, line: int) -> Gone:
    return Gone(kind, name, what, line, world.rows.estimate(name), world.rows.bytes(name))


def _column(world: SimulatedDatabase, table: str, column: str, line: int) -> Iterator[Gone]:
    if (table, column) in world.rows.unset:
        return
    rows = world.rows.estimate(table)
    what = f"drops column {column} of table {table}"
    yield Gone(LossKind.COLUMN, table, what, line, rows, columns=(column,))


def _retyped(world: SimulatedDatabase, effect: e.ChangeColumn) -> Iterator[Gone]:
    known = world.database.tables.get(effect.table)
    old = known.column(effect.column.name) if known is not None else None
    if old is None or old.type == "unknown" or effect.table in world.rows.empty:
        return
    if (effect.table, old.name) in world.rows.unset | world.rows.new:
        return
    new = world.database.typed(effect.column)
    types = world.engine.types
    changed = effect.using and types.spelled(old) != types.spelled(new)
    if changed or types.coarser(old, new):
        what = (
            f"turns column {old.name} of table {effect.table} from {types.spelled(old)} "
            f"into {types.spelled(new)}, which does not keep all of every value"
        )
        rows = world.rows.estimate(effect.table)
        yield Gone(LossKind.PRECISION, effect.table, what, effect.line, rows)


def _of_schema(
    world: SimulatedDatabase, schema: str, line: int, made: AbstractSet[str]
) -> Iterator[Gone]:
    """A schema goes with all that is in it."""
    for name in world.database.tables:
        if name.startswith(f"{schema}.") and name not in made:
            what = f"drops table {name} with schema {schema}"
            yield replace(_whole(world, LossKind.TABLE, name, what, line), said=True)


def _of_type(
    world: SimulatedDatabase, name: str, line: int, made: AbstractSet[str]
) -> Iterator[Gone]:
    """DROP TYPE ... CASCADE takes the columns of that type along."""
    for table in world.database.tables.values():
        for column in table.columns:
            if name in {column.enum_type, column.type} and table.name not in made:
                yield from _column(world, table.name, column.name, line)


def _of_extension(world: SimulatedDatabase, name: str, line: int) -> Iterator[Gone]:
    """DROP EXTENSION ... CASCADE takes the columns of its types along."""
    brought_by = world.engine.types.extension_of
    for table in world.database.tables.values():
        for column in table.columns:
            if brought_by(column.type) == name:
                yield from _column(world, table.name, column.name, line)


def _written(
    world: SimulatedDatabase, effect: e.WriteData, made: AbstractSet[str]
) -> Iterator[Gone]:
    table = table_of(world, effect)
    if table in world.rows.empty or table in made or world.readable(table) is There.NO:
        return
    rows, line = world.rows.estimate(table), effect.line
    match effect.action:
        case e.DataAction.DELETE:
            what = f"deletes rows of table {table}"
            yield Gone(LossKind.ROWS, table, what, line, rows, said=True)
        case e.DataAction.TRUNCATE:
            yield from _truncated(world, effect, table, made)
        case e.DataAction.UPDATE:
            columns = _overwritten(world, effect, table)
            if columns is None or columns:
                what = overwriting(columns or (), table)
                yield Gone(LossKind.VALUES, table, what, line, rows, columns=columns or ())
        case e.DataAction.CHANGE:
            what = f"changes rows of table {table}"
            yield Gone(LossKind.VALUES, table, what, line, rows)
        case _:
            return


def _overwritten(
    world: SimulatedDatabase, effect: e.WriteData, table: str
) -> tuple[str, ...] | None:
    """The columns in which older values are replaced; None where they are not all known."""
    columns = written(effect, world.database.tables.get(table))
    if columns is None:
        return None
    spared = {name for it in effect.spares for name in (it, f"{it}_id")} | STAMPS
    free = world.rows.unset | world.rows.new
    return tuple(it for it in columns if it not in spared and (table, it) not in free)


def _truncated(
    world: SimulatedDatabase, effect: e.WriteData, table: str, made: AbstractSet[str]
) -> Iterator[Gone]:
    tables = [table]
    if effect.cascade:
        for name in tables:
            tables += [other.name for other, _ in world.referring(name) if other.name not in tables]
    for name in tables:
        if name not in world.rows.empty and name not in made:
            what = f"empties table {name} (TRUNCATE)"
            gone = _whole(world, LossKind.EMPTIED, name, what, effect.line)
            yield replace(gone, said=name == table)
