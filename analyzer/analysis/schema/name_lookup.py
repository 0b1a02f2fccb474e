"""What an effect's names mean at one point: the usual schema, temporary tables, other relations."""

from collections.abc import Callable

from analyzer.analysis.schema.schema_database import Database
from analyzer.analysis.schema.schema_store import TEMPORARY
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import PlainEffect
from analyzer.model.schema.schema import Index, NamedObject, Table
from analyzer.records import replace

_USUAL = "public."
_NAMED = frozenset({"table", "name", "old", "new", "to_table"})
_RELATIONS = ("view", "materialized_view", "sequence")


def located(database: Database, effect: PlainEffect, *, by_framework: bool = False) -> PlainEffect:
    """The effect with every name as the simulation has it.

    ``public.songs`` is ``songs``; a temporary table goes before a lasting one of its name; ALTER
    TABLE ... RENAME renames a sequence, a view or an index as well; and where case means nothing,
    ``Title`` is ``title``.

    Args: by_framework: whether a framework is to find it first; see `name_case.spelled`.
    """
    if not database.is_exact:
        from analyzer.analysis.schema.name_case import spelled  # most engines tell names apart

        effect = spelled(database, effect, by_framework=by_framework)
    if isinstance(effect, e.CreateTable) and effect.temporary:
        return _made_temporary(_renamed(effect, _plain))
    effect = _renamed(effect, _plain)
    if isinstance(effect, e.RenameTable) and effect.by_sql:
        effect = _of_other_kind(database, effect)
    if isinstance(effect, e.RenameColumn) and effect.by_sql and _is_view(database, effect.table):
        return e.ChangeOther(f"ALTER TABLE {effect.table} (a view)", effect.line)
    if not database.tables.temporary:
        return effect
    return _among_temporary(database, effect)


def is_temporary(effect: PlainEffect) -> bool:
    """Whether a located effect concerns a temporary table, so that nothing of it lasts."""
    return any(_of_table(effect, name).startswith(TEMPORARY) for name in ("table", "name", "old"))


def forget_temporary(database: Database) -> None:
    """End the session: its temporary tables are gone."""
    if not database.tables.temporary:
        return
    for name in [it for it in database.tables if it.startswith(TEMPORARY)]:
        del database.tables[name]


def _of_table(effect: PlainEffect, field: str) -> str:
    value = getattr(effect, field, None)
    name = value.name if isinstance(value, Table) else value
    return name if isinstance(name, str) else ""


def _plain(name: str) -> str:
    return name.removeprefix(_USUAL)


def _renamed(effect: PlainEffect, call: Callable[[str], str]) -> PlainEffect:
    """The effect with each name of a table put through a function."""
    changes: dict[str, object] = {}
    for field in effect.__struct_fields__:
        value = getattr(effect, field)
        if field in _NAMED and isinstance(value, str):
            changes[field] = call(value)
        elif isinstance(value, Table):
            changes[field] = replace(value, name=call(value.name))
    if isinstance(effect, e.AddForeignKey):
        changes["key"] = replace(effect.key, to_table=call(effect.key.to_table))
    changed = {name: value for name, value in changes.items() if value != getattr(effect, name)}
    return replace(effect, **changed) if changed else effect  # type: ignore[arg-type]  # its own


def _made_temporary(effect: PlainEffect) -> PlainEffect:
    if not isinstance(effect, e.CreateTable):
        return effect
    table = effect.table
    indexes = tuple(map(_in_session, table.indexes))
    name = TEMPORARY + table.name.removeprefix(TEMPORARY)
    return replace(effect, table=replace(table, name=name, indexes=indexes), temporary=False)


def _in_session(index: Index) -> Index:
    return replace(index, name=TEMPORARY + index.name.removeprefix(TEMPORARY))


def _is_view(database: Database, name: str) -> bool:
    return any(NamedObject(kind, name) in database.others for kind in _RELATIONS[:2])


def _of_other_kind(database: Database, effect: e.RenameTable) -> PlainEffect:
    """ALTER TABLE renames whatever shares names with tables."""
    if not {effect.old, TEMPORARY + effect.old}.isdisjoint(database.tables):
        return effect
    for kind in _RELATIONS:
        if NamedObject(kind, effect.old) in database.others:
            return e.RenameObject(kind, effect.old, effect.new, effect.line)
    if database.index_owner(effect.old) is not None:
        return e.RenameIndex(None, effect.old, effect.new, effect.line)
    if effect.old.endswith("_seq"):
        return e.RenameObject("sequence", effect.old, effect.new, effect.line)
    return effect


def _among_temporary(database: Database, effect: PlainEffect) -> PlainEffect:
    def shadowed(name: str) -> str:
        return TEMPORARY + name if TEMPORARY + name in database.tables else name

    if isinstance(effect, e.CreateTable):
        return replace(effect, like=tuple(map(shadowed, effect.like)))
    found = _renamed(effect, shadowed)
    match found:
        case e.RenameTable(old, new) if old.startswith(TEMPORARY):
            return replace(found, new=TEMPORARY + new.removeprefix(TEMPORARY))
        case e.AddIndex(table, index) if table.startswith(TEMPORARY):
            return replace(found, index=_in_session(index))
        case e.RemoveIndex(_, _, str() as name) if database.index_owner(TEMPORARY + name):
            return replace(found, name=TEMPORARY + name)
        case e.CreateObject(needs=needs):
            return replace(found, needs=tuple(map(shadowed, needs)))
        case _:
            return found
