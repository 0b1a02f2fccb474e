"""Whether an object in the database is the very one that a file makes, whatever its name."""

from collections.abc import Hashable, Iterable

from analyzer.analysis.schema.known_objects import Definition
from analyzer.analysis.schema.schema_facets import (
    Facet,
    Facets,
    column_facets,
    constraint_facets,
    has_expression,
    index_facets,
    key_facets,
)
from analyzer.engines.base import Engine
from analyzer.model.schema.schema import Column, Constraint, ForeignKey, Index, Table

_FAMILIES = (
    # keys: of which of these types they are is often the application's configuration
    frozenset({"integer", "bigint", "serial", "bigserial", "primary_key", "uuid"}),
    frozenset({"string", "text", "citext", "char", "varchar"}),
    frozenset({"datetime", "timestamp", "timestamptz", "date", "time", "timetz"}),
    frozenset({"decimal", "numeric", "float", "money"}),
    frozenset({"json", "jsonb", "hstore"}),
    frozenset({"boolean"}),
    frozenset({"binary"}),
)


def same(wanted: Definition, found: Definition, engine: Engine) -> bool:
    """Whether what was found is what the file makes, as far as the two can be compared.

    Of a column only the family of its type counts: NULL, default and size are often set by later
    code that nobody can read. Of an index, key or constraint all that it is counts.
    """
    match wanted, found:
        case Column(), Column():
            return _one_family(wanted, found)
        case Index(), Index():
            return same_index(wanted, found, engine)
        case ForeignKey(), ForeignKey():
            return _values(key_facets(wanted, validity=False)) == _values(
                key_facets(found, validity=False)
            )
        case Constraint(), Constraint():
            return _same_constraint(wanted, found, engine)
        case _:
            return True


def survived(removed: Definition, found: Definition, engine: Engine) -> bool:
    """Whether what was found is what a migration took away, and not something made anew since.

    A table with columns that the old one did not have, or without some of its own, is another.
    """
    if isinstance(removed, Table) and isinstance(found, Table):
        return {it.name for it in removed.columns} == {it.name for it in found.columns}
    return same(removed, found, engine)


def same_index(wanted: Index, found: Index, engine: Engine) -> bool:
    """Whether two indexes differ in nothing but their names."""
    expression = has_expression(wanted) or has_expression(found)
    kept = engine.features.index_order or _order(found)
    if kept and not expression and _order(wanted) != _order(found):
        return False
    ours, theirs = index_facets(wanted, engine), index_facets(found, engine)
    differing = {what for what in ours if ours[what].value != theirs[what].value}
    return not differing or (differing == {"columns"} and same_columns(wanted, found, engine))


def same_columns(wanted: Index, found: Index, engine: Engine) -> bool:
    """Whether two indexes are over the same columns.

    Rails before 4.2 put the id of a polymorphic reference before its type.
    """
    if has_expression(wanted) or has_expression(found):
        one, other = ", ".join(wanted.columns), ", ".join(found.columns)
        return one == other or engine.parser.canonical(one) == engine.parser.canonical(other)
    return wanted.columns == found.columns or (
        _polymorphic(wanted.columns) and wanted.columns == found.columns[::-1]
    )


def differing(before: Definition, after: Definition, engine: Engine) -> frozenset[str]:
    """The properties in which two states of one object differ; empty for what has none."""
    one, other = _facets(before, engine), _facets(after, engine)
    return frozenset(what for what in one if what in other and one[what].value != other[what].value)


def agrees(found: Definition, with_: Definition, on: Iterable[str], engine: Engine) -> bool:
    """Whether an object has, in some of its properties, the values of another state."""
    one, other = _facets(found, engine), _facets(with_, engine)
    return all(what in one and one[what].value == other[what].value for what in on)


def _facets(thing: Definition, engine: Engine) -> Facets:
    match thing:
        case Column():
            return column_facets(thing, engine)
        case Index():
            order = tuple(sorted(_order(thing).items()))
            return {**index_facets(thing, engine), "order": _facet(order)}
        case ForeignKey():
            return key_facets(thing, validity=False)
        case Constraint():
            return {**constraint_facets(thing, engine), "columns": _facet(thing.columns)}
        case _:
            return {}


def _one_family(wanted: Column, found: Column) -> bool:
    one, other = wanted.type, found.type
    if one == other or wanted.array != found.array:
        return one == other and wanted.array == found.array
    families = [next((it for it in _FAMILIES if word in it), None) for word in (one, other)]
    return families[0] is families[1] or None in families


def _same_constraint(wanted: Constraint, found: Constraint, engine: Engine) -> bool:
    if wanted.kind is not found.kind or wanted.columns != found.columns:
        return False
    one = constraint_facets(wanted, engine)["expression"].value
    return one == constraint_facets(found, engine)["expression"].value


def _polymorphic(columns: tuple[str, ...]) -> bool:
    stems = {name.rpartition("_")[0] for name in columns}
    return len(stems) == 1 and {name.rpartition("_")[2] for name in columns} == {"id", "type"}


def _order(index: Index) -> dict[str, tuple[bool, bool]]:
    """The columns that do not ascend as usual: whether they descend, whether NULL comes first."""
    told = {}
    if (index.using or "btree") != "btree":
        return {}  # no other kind is ordered
    for column, text in index.order:
        words = text.lower()
        descends = "desc" in words
        first = "first" in words or (descends and "last" not in words)
        if descends or first:
            told[column] = (descends, first)
    return told


def _facet(value: Hashable) -> Facet:
    return Facet(value, str(value))


def _values(facets: Facets) -> list[object]:
    return [facet.value for facet in facets.values()]
