"""What effects do, by name: what they create, change and destroy, the tables that they work on."""

import re
from collections.abc import Iterable, Iterator

from analyzer.model.effects import effect as e
from analyzer.model.effects.content_features import StepFeatures
from analyzer.model.effects.inverse import inverse
from analyzer.model.effects.objects import ObjectRef, Role, Touch, bare, objects

_INDEX = re.compile(r"index:index_(?P<table>.+?)_on_(?P<columns>.+)")  # named by its columns
_INSIDE = frozenset({"column", "foreign_key", "constraint"})
_WORKED_ON = frozenset({Role.CREATES, Role.ALTERS, Role.DROPS, Role.WRITES})


def deeds(effects: Iterable[e.Effect]) -> tuple[frozenset[str], ...]:
    """Name what is created, changed (or written) and destroyed, in this order."""
    wanted = [Role.CREATES, Role.ALTERS, Role.DROPS]
    found: dict[Role, set[str]] = {role: set() for role in wanted}
    for effect in effects:
        touches = [*objects(effect), *_written(effect)]
        finer = any(role in found and ref.kind != "table" for role, ref in touches)
        for role, ref in touches:
            altered = role is Role.ALTERS and ref.kind == "table"
            if role in found and not (finer and altered):  # siblings alter one table too
                found[role].add(_name(ref))
    for name in _made_anew(effects):
        found[Role.CREATES].discard(name)
        found[Role.DROPS].discard(name)
        found[Role.ALTERS].add(name)
    return tuple(frozenset(found[role]) for role in wanted)


def _made_anew(effects: Iterable[e.Effect]) -> Iterable[str]:
    """What is taken away unasked and then made: it was there before, so another one made it."""
    gone: set[ObjectRef] = set()
    for effect in effects:
        if isinstance(effect, e.Guarded):
            continue
        touches = objects(effect)
        yield from (
            _name(ref)
            for role, ref in touches
            if role is Role.CREATES and (ref in gone or _table_around(ref) in gone)
        )
        if isinstance(effect, e.RemoveColumn | e.DropTable) and not effect.if_exists:
            gone.update(ref for role, ref in touches if role is Role.DROPS)


def _table_around(ref: ObjectRef) -> ObjectRef:
    return ObjectRef("table", ref.name.rpartition(".")[0])


def _written(effect: e.Effect) -> list[Touch]:
    """The data that an effect writes, by column where it names some."""
    does = bare(effect)
    if not isinstance(does, e.WriteData):
        return []
    names = [f"{does.table}.{column}" for column in does.columns] or [does.table]
    return [(Role.ALTERS, ObjectRef("data", name)) for name in names]


def _name(ref: ObjectRef) -> str:
    """Name objects alike: an index by its columns, even where its name alone says them."""
    by_default = _INDEX.fullmatch(str(ref))
    if by_default is None:
        return str(ref)
    return f"index:{by_default['table']}({by_default['columns'].replace('_and_', ',')})"


def work_of(effects: Iterable[e.Effect], statements: tuple[tuple[str, ...], ...]) -> StepFeatures:
    """Gather what the steps say; ``statements`` are the words of each."""
    plain = [bare(effect) for effect in effects]
    return StepFeatures(
        frozenset(table for effect in plain for table in _tables(effect)),
        frozenset(said for effect in plain if (said := _setting(effect)) is not None),
        frozenset(said for effect in plain if (said := _taken_back(effect)) is not None),
        frozenset(
            effect.class_name
            for effect in plain
            if isinstance(effect, e.RunMigration) and not effect.up
        ),
        statements,
    )


def _tables(effect: e.PlainEffect) -> Iterator[str]:
    if isinstance(effect, e.AddIndex | e.RemoveIndex) and effect.table is not None:
        yield effect.table
        return
    for role, ref in objects(effect):
        if role in _WORKED_ON:
            yield from _table_of(ref)


def _table_of(ref: ObjectRef) -> Iterator[str]:
    if ref.kind in ("table", "data"):
        yield ref.name
    elif ref.kind in _INSIDE:
        yield ref.name.rpartition(".")[0]


def _setting(effect: e.PlainEffect) -> tuple[str, str] | None:
    """What a step sets, and to which value."""
    match effect:
        case e.ChangeNull(table, column, null):
            return f"{table}.{column} null", str(null)
        case e.ChangeDefault(table, column, default):
            return f"{table}.{column} default", repr(default)
        case e.ChangeColumn(table, column):
            return f"{table}.{column.name} type", f"{column.type} {column.limit}"
        case _:
            return None


def _taken_back(effect: e.PlainEffect) -> tuple[str, str] | None:
    if isinstance(effect, e.ChangeColumn):
        return None
    back = inverse(effect)
    return _setting(back) if back is not None else None
