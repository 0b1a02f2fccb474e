"""Columns, keys and constraints out of CREATE TABLE and ALTER TABLE."""

import re
from collections.abc import Sequence

from sqlglot import exp

from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    ForeignKey,
    Index,
)
from analyzer.parsing.sql.dialect import Dialect
from analyzer.parsing.sql.syntax_tree import Node, default_of, name_of, names_of, text_of
from analyzer.records import Struct, replace

_ON = {
    "CASCADE": "cascade",
    "SET NULL": "nullify",
    "RESTRICT": "restrict",
    "SET DEFAULT": "default",
}
_ACTION = re.compile(r"ON (DELETE|UPDATE) (CASCADE|SET NULL|RESTRICT|SET DEFAULT)", re.IGNORECASE)
_WORDS = {
    "INT": "integer",
    "UINT": "unsigned_integer",
    "UBIGINT": "unsigned_bigint",
    "USMALLINT": "unsigned_smallint",
    "UTINYINT": "unsigned_tinyint",
    "UMEDIUMINT": "unsigned_mediumint",
    "UDECIMAL": "unsigned_decimal",
    "UDOUBLE": "unsigned_float",
    "NVARCHAR": "varchar",
    "NCHAR": "char",
    "TIMESTAMPTZ": "timestamp",
    "VARBINARY": "binary",
}
"""sqlglot's word for a type, where it is not the SQL word."""


class Declaration(Struct, frozen=True):
    """What a column or a table constraint declares beside a column itself."""

    primary_key: tuple[str, ...] = ()
    keys: tuple[ForeignKey, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    key_name: str | None = None

    def and_also(self, other: "Declaration") -> "Declaration":
        """Both together."""
        return Declaration(
            self.primary_key + other.primary_key,
            self.keys + other.keys,
            self.constraints + other.constraints,
            self.indexes + other.indexes,
            self.key_name or other.key_name,
        )


def column_of(table: str, node: Node, dialect: Dialect) -> tuple[Column, Declaration]:
    """A column definition as a column, and what its own constraints declare."""
    column, declared = typed(name_of(node), node.args.get("kind"), dialect), Declaration()
    for constraint in node.args.get("constraints") or ():
        kind = constraint.args.get("kind")
        column = _constrained(column, kind, dialect)
        own = constraint_of(table, kind, dialect, (column.name,), name_of(constraint.this))
        declared = declared.and_also(own)
    if declared.primary_key:
        column = replace(column, null=False)
    return column, declared


def typed(name: str, kind: object, dialect: Dialect) -> Column:
    """A column with the type that a DataType stands for; without one where it has none."""
    if not isinstance(kind, exp.DataType):
        neutral, limit = dialect.read_type("", ())
        return Column(name, neutral, limit=limit)
    word, sizes = type_words(kind)
    neutral, limit = dialect.read_type(word, sizes)
    is_number = neutral in {"decimal", "unsigned_decimal", "datetime", "time", "timestamptz"}
    return Column(
        name,
        neutral,
        limit=limit,
        precision=sizes[0] if is_number and sizes else None,
        scale=sizes[1] if is_number and len(sizes) > 1 else None,
    )


def type_words(kind: exp.DataType) -> tuple[str, tuple[int, ...]]:
    """A type's word in lower case, and its sizes."""
    value = kind.this
    word = str(getattr(value, "value", value))
    if word == "USER-DEFINED":
        word = str(kind.args.get("kind") or "")
    sizes = tuple(
        int(part.name)
        for part in kind.args.get("expressions") or ()
        if part.name.isdecimal() and len(part.name) <= _LONGEST_SIZE
    )
    return _WORDS.get(word, word).lower(), sizes


_LONGEST_SIZE = 9  # digits


def _constrained(column: Column, kind: object, dialect: Dialect) -> Column:
    match kind:
        case exp.NotNullColumnConstraint():
            column = replace(column, null=bool(kind.args.get("allow_null")))
        case exp.DefaultColumnConstraint():
            column = replace(column, default=default_of(kind.this, dialect))
        case exp.CommentColumnConstraint():
            column = replace(column, comment=kind.name)
        case exp.CollateColumnConstraint():
            column = replace(column, collation=name_of(kind.this))
        case exp.ComputedColumnConstraint():
            column = replace(column, generated=text_of(kind.this, dialect))
        case exp.GeneratedAsIdentityColumnConstraint() if kind.args.get("expression"):
            column = replace(column, generated=text_of(kind.args["expression"], dialect))
        case _:
            pass
    return column


def constraint_of(
    table: str, node: object, dialect: Dialect, own: tuple[str, ...] = (), name: str = ""
) -> Declaration:
    """A constraint as keys, constraints and the indexes that come with it."""
    found = Declaration()
    match node:
        case exp.Constraint():
            for part in node.expressions:
                found = found.and_also(constraint_of(table, part, dialect, own, name_of(node)))
        case exp.PrimaryKey() | exp.PrimaryKeyColumnConstraint():
            columns = names_of(node.args.get("expressions")) or own
            found = Declaration(primary_key=columns, key_name=name or None)
        case exp.UniqueColumnConstraint():
            found = _unique(table, node, dialect, own, name)
        case exp.CheckColumnConstraint():
            word = name or "_".join([table, *own, "check"])
            text = text_of(node.this, dialect)
            found = Declaration(constraints=(Constraint(word, ConstraintKind.CHECK, text),))
        case exp.ForeignKey():
            found = _foreign(table, node.args.get("reference"), names_of(node.expressions), name)
        case exp.Reference():
            found = _foreign(table, node, own, name)
        case exp.IndexColumnConstraint():
            kind = str(node.args.get("kind") or "").lower() or None
            found = Declaration(indexes=(_declared_index(node, kind),))
        case _:
            pass
    return found


def _declared_index(node: Node, kind: str | None) -> Index:
    elements = list(node.args.get("expressions") or ())
    columns = names_of(elements)
    return Index(
        name_of(node) or (columns or ("",))[0],
        columns,
        using=kind,
        order=_order(elements),
        lengths=_lengths(elements),
    )


def _unique(
    table: str, node: Node, dialect: Dialect, own: tuple[str, ...], name: str
) -> Declaration:
    inner = node.this
    elements = list(inner.args.get("expressions") or ()) if isinstance(inner, exp.Schema) else []
    columns = names_of(elements) if isinstance(inner, exp.Schema) else own
    given = name or (name_of(inner.this) if isinstance(inner, exp.Schema) else "")
    if dialect.unique_is_index:
        word, order, lengths = given or (columns or ("",))[0], _order(elements), _lengths(elements)
        index = Index(word, columns, unique=True, order=order, lengths=lengths)
        return Declaration(indexes=(index,))
    word = given or f"{table}_{'_'.join(columns)}_key"
    return Declaration(constraints=(Constraint(word, ConstraintKind.UNIQUE, None, columns),))


def _foreign(table: str, reference: object, columns: tuple[str, ...], name: str) -> Declaration:
    if not isinstance(reference, exp.Reference):
        return Declaration()
    target = reference.this
    theirs = names_of(target.args.get("expressions")) if isinstance(target, exp.Schema) else ()
    said = " ".join(map(str, reference.args.get("options") or ()))
    on = {word.upper(): _ON[what.upper()] for word, what in _ACTION.findall(said)}
    key = ForeignKey(
        name or f"{table}_{'_'.join(columns)}_fkey",
        columns,
        name_of(target),
        theirs,
        on.get("DELETE"),
        on.get("UPDATE"),
    )
    return Declaration(keys=(key,))


def index_of(node: Node, dialect: Dialect, using: str | None) -> Index:
    """An index; an expression index carries its expression as the one column."""
    inner = node.this
    parameters = inner.args.get("params")
    elements = list((parameters.args.get("columns") if parameters else None) or ())
    elements = [_prefixed(it, dialect) for it in elements]
    plain = all(isinstance(_bare(it), exp.Column | exp.Identifier) for it in elements)
    columns = (
        names_of([_bare(it) for it in elements])
        if plain
        else (", ".join(text_of(_bare(it), dialect) for it in elements),)
    )
    where = parameters.args.get("where") if parameters else None
    return Index(
        name_of(inner),
        columns,
        unique=bool(node.args.get("unique")),
        where=text_of(where.this, dialect) if where is not None else None,
        using=None if using == dialect.usual_index else using,
        order=_order(elements) if plain else (),
        lengths=_lengths(elements),
    )


def _prefixed(node: Node, dialect: Dialect) -> Node:
    """An element as a column and its length, where the reader took ``title(10)`` for a call."""
    inner = node.this if isinstance(node, exp.Ordered) else node
    if not isinstance(inner, exp.Anonymous) or not dialect.index_lengths:
        return node
    sizes = inner.expressions
    if len(sizes) != 1 or not isinstance(sizes[0], exp.Literal) or sizes[0].is_string:
        return node
    column = exp.ColumnPrefix(this=exp.column(str(inner.this)), expression=sizes[0])
    return exp.Ordered(this=column, desc=node.args.get("desc"))


def _order(elements: Sequence[Node]) -> tuple[tuple[str, str], ...]:
    return tuple((name_of(it), "DESC") for it in elements if it.args.get("desc"))


def _lengths(elements: Sequence[Node]) -> tuple[tuple[str, int], ...]:
    parts = (it.this if isinstance(it, exp.Ordered) else it for it in elements)
    sized = [(name_of(it), it.args["expression"].name) for it in parts if _is_prefix(it)]
    return tuple((name, int(size)) for name, size in sized if _SIZE.fullmatch(size))


_SIZE = re.compile(r"[1-9]\d{0,8}")


def _is_prefix(node: Node) -> bool:
    return isinstance(node, exp.ColumnPrefix) and isinstance(
        node.args.get("expression"), exp.Literal
    )


def _bare(node: Node) -> Node:
    """An element of an index without its order, its collation and its length."""
    while isinstance(node, exp.Ordered | exp.Collate | exp.ColumnPrefix | exp.Paren):
        node = node.this
    return node
