"""Columns, keys and constraints out of CREATE TABLE and ALTER TABLE."""

from collections.abc import Iterator

from analyzer.engines.postgresql.parser.sql_node import Node, name_of, opened, strings, table_of
from analyzer.engines.postgresql.parser.sql_text import literal, text_of
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    Default,
    ForeignKey,
    Index,
    SqlText,
)
from analyzer.parsing.column_types import neutral_type
from analyzer.records import Struct, field, replace

_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_ON = {"c": "cascade", "n": "nullify", "r": "restrict", "d": "default"}


class Declared(Struct, frozen=True):
    """What a column or a table constraint declares beside a column itself."""

    primary_key: tuple[str, ...] = ()
    keys: tuple[ForeignKey, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    key_name: str | None = None

    def and_also(self, other: "Declared") -> "Declared":
        """Both together."""
        return Declared(
            self.primary_key + other.primary_key,
            self.keys + other.keys,
            self.constraints + other.constraints,
            self.indexes + other.indexes,
            self.key_name or other.key_name,
        )


class ColumnParts(Struct):
    """A column and what its own constraints declare."""

    column: Column
    declared: Declared = field(default_factory=Declared)


def column_of(table: str, fields: Node) -> ColumnParts:
    """A ColumnDef as a column."""
    name, type_name = str(fields.get("colname", "")), fields.get("typeName") or {}
    found = ColumnParts(typed(name, type_name))
    if name_of(type_name.get("names")) in _SERIAL:
        default = SqlText(f"nextval('{table}_{name}_seq'::regclass)")
        found.column = replace(found.column, null=False, default=default)
    for node in fields.get("constraints") or ():
        _constrain(found, table, opened(node)[1])
    return found


def typed(name: str, type_name: Node) -> Column:
    """A column with the type that a TypeName stands for."""
    word = name_of(type_name.get("names"))
    sizes = [
        size for node in type_name.get("typmods") or () if isinstance(size := literal(node), int)
    ]
    sized = word in {"varchar", "bpchar", "bit", "varbit", "char"}
    kind, limit = neutral_type(
        {"bpchar": "string", "varbit": "bit_varying"}.get(word, word),
        sizes[0] if sized and sizes else None,
    )
    return Column(
        name,
        kind,
        limit=limit,
        precision=None if sized or not sizes else sizes[0],
        scale=sizes[1] if len(sizes) > 1 else None,
        array=bool(type_name.get("arrayBounds")),
        enum_type=None,
    )


def default_of(node: Node | None) -> Default:
    """A DEFAULT's expression as a value where it is a constant, else as SQL."""
    value = literal(node)
    if isinstance(value, str | int | float | bool):
        return value
    text = text_of(node)
    return None if text == "NULL" or text.startswith("NULL::") else SqlText(text)


def _constrain(found: ColumnParts, table: str, fields: Node) -> None:
    column = found.column
    match fields.get("contype"):
        case "CONSTR_NOTNULL":
            found.column = replace(column, null=False)
        case "CONSTR_NULL":
            found.column = replace(column, null=True)
        case "CONSTR_DEFAULT":
            found.column = replace(column, default=default_of(fields.get("raw_expr")))
        case "CONSTR_GENERATED":
            found.column = replace(column, generated=text_of(fields.get("raw_expr")))
        case "CONSTR_IDENTITY":
            found.column = replace(column, null=False)
        case _:
            declared = constraint_of(table, fields, (column.name,))
            found.declared = found.declared.and_also(declared)
            if declared.primary_key:
                found.column = replace(column, null=False)


def constraint_of(table: str, fields: Node, own: tuple[str, ...] = ()) -> Declared:
    """A Constraint as keys, constraints and the indexes that come with them."""
    name = fields.get("conname")
    columns = tuple(strings(fields.get("keys"))) or own
    match fields.get("contype"):
        case "CONSTR_PRIMARY":
            return Declared(primary_key=columns, key_name=str(name) if name else None)
        case "CONSTR_UNIQUE":
            word = str(name or f"{table}_{'_'.join(columns)}_key")
            unique = Constraint(word, ConstraintKind.UNIQUE, None, columns)
            return Declared(constraints=(unique,))
        case "CONSTR_CHECK":
            expression = text_of(fields.get("raw_expr"))
            word = str(name or "_".join([table, *own, "check"]))
            return Declared(constraints=(Constraint(word, ConstraintKind.CHECK, expression),))
        case "CONSTR_EXCLUSION":
            word = str(name or f"{table}_excl")
            return Declared(constraints=(Constraint(word, ConstraintKind.EXCLUSION),))
        case "CONSTR_FOREIGN":
            return Declared(keys=(_foreign(table, fields, own),))
        case _:
            return Declared()


def _foreign(table: str, fields: Node, own: tuple[str, ...]) -> ForeignKey:
    columns = tuple(strings(fields.get("fk_attrs"))) or own
    name = fields.get("conname") or f"{table}_{'_'.join(columns)}_fkey"
    return ForeignKey(
        str(name),
        columns,
        table_of(fields.get("pktable")),
        tuple(strings(fields.get("pk_attrs"))),
        _ON.get(str(fields.get("fk_del_action", ""))),
        _ON.get(str(fields.get("fk_upd_action", ""))),
        validated=not fields.get("skip_validation"),
    )


def index_of(fields: Node) -> Index:
    """An IndexStmt as an index; without a name it gets PostgreSQL's own."""
    table = table_of(fields.get("relation"))
    columns = tuple(_element(opened(node)[1]) for node in fields.get("indexParams") or ())
    words = "_".join(_words(columns))
    if not all(column.isidentifier() for column in columns):
        columns = (", ".join(columns),)  # as Rails shows an index with an expression
    method = fields.get("accessMethod")
    where = fields.get("whereClause")
    return Index(
        str(fields.get("idxname") or f"{table}_{words}_idx"),
        columns,
        unique=bool(fields.get("unique")),
        where=text_of(where) if where else None,
        using=None if method in {None, "btree"} else str(method),
        include=tuple(
            str(opened(node)[1].get("name", ""))
            for node in fields.get("indexIncludingParams") or ()
        ),
        opclasses=tuple(_opclasses(fields)),
        order=tuple(_order(fields)),
    )


def _element(fields: Node) -> str:
    return str(fields["name"]) if fields.get("name") else text_of(fields.get("expr"))


def _words(columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        yield column if column.isidentifier() else column.partition("(")[0] or "expr"


def _opclasses(fields: Node) -> Iterator[str]:
    for node in fields.get("indexParams") or ():
        name = name_of(opened(node)[1].get("opclass"))
        if name:
            yield name


_DIRECTIONS = {"SORTBY_ASC": "ASC", "SORTBY_DESC": "DESC"}
_NULLS = {"SORTBY_NULLS_FIRST": "NULLS FIRST", "SORTBY_NULLS_LAST": "NULLS LAST"}


def _order(fields: Node) -> Iterator[tuple[str, str]]:
    for node in fields.get("indexParams") or ():
        element = opened(node)[1]
        direction = _DIRECTIONS.get(str(element.get("ordering")), "")
        nulls = _NULLS.get(str(element.get("nulls_ordering")), "")
        if direction or nulls:
            yield _element(element), f"{direction} {nulls}".strip()
