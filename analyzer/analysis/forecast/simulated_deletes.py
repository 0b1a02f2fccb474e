"""The rows that foreign keys take along as an effect is carried out.

Some engines delete a table's rows before they drop it, and foreign keys act on that, though the
table be dropped only to be made anew.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from analyzer.analysis.forecast.preconditions.preconditions import Setting
from analyzer.analysis.forecast.simulated_losses import Gone, overwriting
from analyzer.analysis.forecast.simulated_rows import STAMPS
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.remade_tables import remade
from analyzer.model.effects import effect as e
from analyzer.model.findings.prediction import LossKind
from analyzer.model.schema.schema import ForeignKey, Table

_SWITCH = re.compile(r"\bforeign_keys\W+(\w+)", re.IGNORECASE)
_OFF = frozenset({"OFF", "0", "FALSE", "NO"})
_SETS = frozenset({"nullify", "default"})


def taken_along(
    world: SimulatedDatabase, effect: e.PlainEffect, made: AbstractSet[str], setting: Setting
) -> Iterator[Gone]:
    """Name the rows that foreign keys take along, of what was there before the run.

    Args: made: tables that the run itself has made; nothing in them is lost.
    """
    if not setting.transaction:
        _switch_keys(world, effect)
    if world.keys_act:
        for table, why, line in _emptied(world, effect):
            yield from _along(world, table, f"{table} {why}", line, made)


def _switch_keys(world: SimulatedDatabase, effect: e.PlainEffect) -> None:
    """Note that foreign keys act from here on, or do not; in a transaction they cannot be told."""
    told = _SWITCH.search(effect.what) if isinstance(effect, e.ChangeOther) else None
    if told is not None:
        world.keys_act = told[1].upper() not in _OFF


def _emptied(world: SimulatedDatabase, effect: e.PlainEffect) -> Iterator[tuple[str, str, int]]:
    """The table that is dropped, why, and on which line."""
    match effect:
        case e.DropTable(name, line):
            yield name, "is dropped", line
        case e.CreateTable(table, line, force=True, temporary=False):
            yield table.name, "is dropped and created empty (force: true)", line
        case _ if world.methods is not None and not world.engine.features.alters_in_place:
            anew = remade(effect) or _stamped(effect)
            if anew is not None and world.table(anew) is not There.NO:
                yield anew, "is rebuilt to be altered", effect.line


def _stamped(effect: e.PlainEffect) -> str | None:
    """The table that gets timestamps: newer frameworks make it anew even where they may be NULL."""
    if isinstance(effect, e.AddColumn) and effect.column.name in STAMPS:
        return effect.table
    return None


def _along(
    world: SimulatedDatabase, table: str, why: str, line: int, made: AbstractSet[str]
) -> Iterator[Gone]:
    """What foreign keys do to the rows of other tables, and to those that refer to these."""
    if table in world.rows.empty:
        return
    emptied = [table]
    for name in emptied:
        for other, key in world.referring(name):
            if other.name in {*made, *world.rows.empty, *emptied}:
                continue
            if key.on_delete == "cascade":
                emptied.append(other.name)
            if key.on_delete == "cascade" or key.on_delete in _SETS:
                yield _lost(world, other, key, why, line)


def _lost(world: SimulatedDatabase, table: Table, key: ForeignKey, why: str, line: int) -> Gone:
    rows = world.rows.estimate(table.name)
    if key.on_delete == "cascade":
        what = f"deletes the rows of table {table.name} that refer to {key.to_table}, as {why}"
        return Gone(LossKind.ROWS, table.name, what, line, rows, by_key=True)
    what = f"{overwriting(key.columns, table.name)} that refer to {key.to_table}, as {why}"
    return Gone(LossKind.VALUES, table.name, what, line, rows, columns=key.columns, by_key=True)
