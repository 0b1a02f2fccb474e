"""The objects that an effect touches, including those that its expressions name."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping

from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import ObjectRef, Role, Touch, bare, objects
from analyzer.model.schema.schema import Column, Constraint, ForeignKey, Index, Table
from analyzer.records import Struct, field

VIEWS = ("view", "materialized_view")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"[A-Za-z_]\w*")


class Known(Struct, frozen=True):
    """What all migrations together create: who, by index, in order; and each table's columns."""

    creators: Mapping[ObjectRef, list[int]]
    columns: Mapping[str, set[str]] = field(default_factory=dict)

    def after(self, ref: ObjectRef, index: int) -> int | None:
        """The first migration after ``index`` that creates an object."""
        later = (creator for creator in self.creators.get(ref, ()) if creator > index)
        return next(later, None)


def know(migrations: Iterable[Iterable[e.Effect]]) -> Known:
    """Gather who creates what."""
    creators: dict[ObjectRef, list[int]] = {}
    columns: dict[str, set[str]] = {}
    for index, effects in enumerate(migrations):
        for effect in effects:
            for role, ref in objects(effect):
                if role is Role.CREATES:
                    _note(creators, ref, index)
                    if ref.kind == "column":
                        table, _, column = ref.name.rpartition(".")
                        columns.setdefault(table, set()).add(column)
    return Known(creators, columns)


def _note(creators: dict[ObjectRef, list[int]], ref: ObjectRef, index: int) -> None:
    """Remember a creator once; a view can be used like a table."""
    names = [ref, ObjectRef("table", ref.name)] if ref.kind in VIEWS else [ref]
    for name in names:
        known = creators.setdefault(name, [])
        if not known or known[-1] != index:
            known.append(index)


def touches(effect: e.Effect, known: Known) -> tuple[Touch, ...]:
    """Name the objects that an effect touches, also those that its expressions name."""
    plain = bare(effect)
    return tuple(dict.fromkeys([*objects(plain), *_beyond(plain, known)]))


def _beyond(effect: e.PlainEffect, known: Known) -> Iterator[Touch]:
    match effect:
        case e.CreateTable(table, like=like):
            for parent in like:
                yield Role.NEEDS, ObjectRef("table", parent)
            yield from _inside(table, known)
        case e.AddColumn(table, column) | e.ChangeColumn(table, column):
            yield from _of_column(table, column, known)
        case e.AddIndex(table, index):
            yield from _of_index(table, index, known)
        case e.AddForeignKey(_, key):
            yield from _of_key(key)
        case e.AddConstraint(table, constraint):
            yield from _of_constraint(table, constraint, known)
        case e.AddPrimaryKey(table, columns):
            yield from _columns(table, columns)
        case _:
            return


def _inside(table: Table, known: Known) -> Iterator[Touch]:
    for column in table.columns:
        yield from _of_column(table.name, column, known)
    for index in table.indexes:
        yield from _of_index(table.name, index, known)
    for key in table.foreign_keys:
        yield from _of_key(key)
    for constraint in table.constraints:
        yield Role.CREATES, ObjectRef("constraint", f"{table.name}.{constraint.name}")


def _of_column(table: str, column: Column, known: Known) -> Iterator[Touch]:
    type_ = ObjectRef("type", column.type)
    if type_ in known.creators:
        yield Role.NEEDS, type_
    yield from _mentioned(table, column.generated, known.columns.get(table, ()))


def _of_index(table: str, index: Index, known: Known) -> Iterator[Touch]:
    yield from _columns(table, index.include)
    columns = known.columns.get(table, ())
    for expression in (*index.columns, index.where):
        if expression is not None and not expression.isidentifier():
            yield from _mentioned(table, expression, columns)


def _of_key(key: ForeignKey) -> Iterator[Touch]:
    yield from _columns(key.to_table, key.primary_key)


def _of_constraint(table: str, constraint: Constraint, known: Known) -> Iterator[Touch]:
    yield from _mentioned(table, constraint.expression, known.columns.get(table, ()))


def _columns(table: str, names: Iterable[str]) -> Iterator[Touch]:
    return ((Role.NEEDS, ObjectRef("column", f"{table}.{name}")) for name in names)


def _mentioned(table: str, text: str | None, columns: Container[str]) -> Iterator[Touch]:
    """Columns that an SQL expression names: words that are columns of the table somewhere."""
    if text is None:
        return iter(())
    words = dict.fromkeys(_WORD.findall(_LITERAL.sub("''", text)))
    return _columns(table, (word for word in words if word in columns))


def watched_rows(effect: e.PlainEffect) -> str | None:
    """The table whose rows a change looks at: what was written before decides whether it works."""
    match effect:
        case (
            e.ChangeNull(table, _, False, filled=False)
            | e.AddForeignKey(table)
            | e.AddConstraint(table)
            | e.ValidateConstraint(table)
        ):
            return table
        case e.AddIndex(table, index) if index.unique:
            return table
        case _:
            return None
