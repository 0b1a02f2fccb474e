"""What an old database has besides its rows, and a new one, made by the migrations, has not."""

from collections.abc import Iterator

from analyzer.model.schema.database_state import DatabaseState, StructureItem

_LOOKED_AT = frozenset({"owner", "grant"})  # these may differ where they are in both


def find_left_behind(old: DatabaseState, new: DatabaseState) -> tuple[str, ...]:
    """Name each thing that no migration makes: somebody made it by hand, or a migration is gone.

    Tables are not named: their rows are looked at one by one. Of a table that is missing, its
    columns' comments, indexes and the like are not named either.
    """
    there = {table.label for table in new.tables}
    gone = tuple(
        f"{table.schema}.{table.name}." for table in old.tables if table.label not in there
    )
    found = [*_extensions(old, new), *_things(old, new)]
    return tuple(text for name, text in found if not f"{name}.".startswith(gone))


def _extensions(old: DatabaseState, new: DatabaseState) -> Iterator[tuple[str, str]]:
    there = {name for name, _ in new.extensions}
    for name, version in old.extensions:
        if name not in there:
            yield name, f"extension {name} {version}"


def _things(old: DatabaseState, new: DatabaseState) -> Iterator[tuple[str, str]]:
    there = {(one.kind, one.name): one.definition for one in new.structure}
    for one in old.structure:
        key = (one.kind, one.name)
        if key not in there and one.kind not in ("owner", "table"):
            yield one.name, f"{one.kind} {one.name}{_detail(one)}"
        elif key in there and one.kind in _LOOKED_AT and there[key] != one.definition:
            now = there[key] or "nobody"
            yield one.name, f"{one.kind} {one.name}: was {one.definition}, is {now}"


def _detail(one: StructureItem) -> str:
    """Tell what it is, as far as that is short."""
    text = " ".join(one.definition.split())
    return f": {text}" if text and one.kind not in ("function", "procedure", "view") else ""
