"""What stands against a column's type, a change of type, and a foreign key between two types."""

from collections.abc import Mapping

from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    PreconditionFailure,
    Problems,
    hangs_on_a_question,
)
from analyzer.analysis.forecast.probe_queries import values
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.schema.schema import Column, ForeignKey, SqlText, Table

_OF_EXTENSION = {"citext": "citext", "hstore": "hstore", "ltree": "ltree", "vector": "vector"}
_NEUTRAL = frozenset(
    """
    string text integer bigint decimal numeric float boolean date datetime timestamp timestamptz
    time timetz binary blob json jsonb uuid inet cidr macaddr xml interval point line lseg box path
    polygon circle bit bit_varying money oid tsvector tsquery daterange numrange tsrange tstzrange
    int4range int8range serial bigserial primary_key enum unknown virtual char varchar
    """.split()  # noqa: SIM905  words read better without quotes
)
_UUID_BUILT_IN = 130000  # the server's version that has gen_random_uuid() without pgcrypto
_SQL: Mapping[str, str] = {
    "string": "character varying",
    "datetime": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "decimal": "numeric",
    "float": "double precision",
    "binary": "bytea",
}
_FAMILY: Mapping[str, str] = {
    **dict.fromkeys(("string", "text", "citext", "char", "varchar"), "text"),
    **dict.fromkeys(("integer", "bigint", "decimal", "float", "numeric"), "number"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    **{name: name for name in ("boolean", "uuid", "binary", "inet", "hstore", "xml", "enum")},
    **{name: name for name in ("date", "datetime", "timestamptz", "time", "interval")},
}
_ASSIGNED = frozenset(
    {
        ("date", "datetime"),
        ("date", "timestamptz"),
        ("datetime", "date"),
        ("datetime", "time"),
        ("datetime", "timestamptz"),
        ("timestamptz", "date"),
        ("timestamptz", "time"),
        ("timestamptz", "datetime"),
        ("time", "interval"),
        ("interval", "time"),
        ("hstore", "json"),
    }
)
"""Pairs of families that PostgreSQL turns into one another by itself (pg_cast, as assignment)."""


def sql_name(column: Column) -> str:
    """A column's type as PostgreSQL calls it."""
    name = column.enum_type or _SQL.get(column.type, column.type)
    return f"{name}[]" if column.array else name


def column_type(world: SimulatedDatabase, column: Column) -> Problems:
    """A type, or a function in its default, that has to be there."""
    name = column.enum_type or column.type
    own = column.enum_type is not None or column.type not in _NEUTRAL
    if own and world.type(name) is There.NO and not _brought(world, name):
        yield PreconditionFailure("PG::UndefinedObject", f'type "{name}" does not exist')
    elif own and world.type(name) is There.OPEN:
        yield hangs_on_a_question("type", name)
    if isinstance(column.default, SqlText):
        yield from _function(world, column.default.text)


def _brought(world: SimulatedDatabase, name: str) -> bool:
    """Whether an extension that is enabled brings the type, or may: of some that is known."""
    extension = _OF_EXTENSION.get(name)
    if extension is not None:
        return world.extension(extension) is not There.NO
    return bool(world.enabled)


def _function(world: SimulatedDatabase, text: str) -> Problems:
    built_in = world.server_version is None or world.server_version >= _UUID_BUILT_IN
    for function, extension in (("gen_random_uuid", "pgcrypto"), ("uuid_generate_v", "uuid-ossp")):
        if function in text and not (extension == "pgcrypto" and built_in):
            there = world.extension(extension)
            if there is There.NO:
                said = f"function {text.partition('(')[0]}() does not exist"
                yield PreconditionFailure("PG::UndefinedFunction", said)
            if there is There.OPEN:
                yield hangs_on_a_question("extension", extension)


# A change of type


def new_type(world: SimulatedDatabase, effect: e.ChangeColumn, old: Column) -> Problems:
    """Whether what is in a column can become what it is to hold."""
    new = world.database.typed(effect.column)
    yield from column_type(world, new)
    if not effect.using:
        yield from _cast(effect.table, old, new)
    elif _keeps_text_default(effect, old) and _family(new) != "text":
        said = f'default for column "{old.name}" cannot be cast automatically to type '
        yield PreconditionFailure("PG::DatatypeMismatch", said + sql_name(new))
    yield from _in_keys(world, effect.table, new)
    if effect.table not in world.rows.empty and (effect.using or narrower(old, new)):
        yield Doubt(
            f"whether every value of {effect.table}.{old.name} fits into {_sized(new)} "
            "hangs on the values",
            values(effect.table, old.name),
        )


def _in_keys(world: SimulatedDatabase, table: str, new: Column) -> Problems:
    """Both sides of a foreign key must stay comparable."""
    known = world.database.tables.get(table)
    own = [(key, key.to_table) for key in (known.foreign_keys if known is not None else ())]
    for key, to_table in own:
        other = world.database.tables.get(to_table)
        targets = key.primary_key or (other.primary_key if other is not None else ())
        pairs = dict(zip(key.columns, targets, strict=False))
        there = other.column(pairs.get(new.name, "")) if other is not None else None
        if there is not None and _incomparable(new, there):
            yield _cannot_be(key)
    for other, key in world.referring(table):
        targets = key.primary_key or (known.primary_key if known is not None else ())
        pairs = dict(zip(targets, key.columns, strict=False))
        here = other.column(pairs.get(new.name, ""))
        if here is not None and _incomparable(here, new):
            yield _cannot_be(key)


def _cannot_be(key: ForeignKey) -> PreconditionFailure:
    said = f'foreign key constraint "{key.name}" cannot be implemented'
    return PreconditionFailure("PG::DatatypeMismatch", said)


def _keeps_text_default(effect: e.ChangeColumn, old: Column) -> bool:
    text = _family(old) == "text" and isinstance(old.default, str)
    return text and "default" not in effect.given


def _cast(table: str, old: Column, new: Column) -> Problems:
    before, after = _family(old), _family(new)
    if (after == "text" and not new.array) or (before == after and old.array == new.array):
        return
    if before is None or after is None:
        yield Doubt(
            f"whether {sql_name(old)} becomes {sql_name(new)} by itself is not known here",
            f"change the type of {table}.{old.name} on a copy of this database",
        )
    elif (before, after) not in _ASSIGNED or old.array or new.array:
        said = f'column "{old.name}" cannot be cast automatically to type {sql_name(new)}'
        yield PreconditionFailure("PG::DatatypeMismatch", said)


def _family(column: Column) -> str | None:
    if column.enum_type is not None:
        return f"enum {column.enum_type}"
    return _FAMILY.get(column.type)


def _sized(column: Column) -> str:
    sizes = [str(size) for size in (column.limit or column.precision, column.scale) if size]
    return sql_name(column) + (f"({', '.join(sizes)})" if sizes else "")


def narrower(old: Column, new: Column) -> bool:
    """Whether some value that the old type holds is too large for the new one."""
    before, after = _family(old), _family(new)
    if after == "text":
        room = new.limit if new.type == "string" else None
        had = old.limit if before == "text" and old.type == "string" else None
        return room is not None and (had is None or had > room)
    if before == after == "number":
        return _digits(new) < _digits(old)
    return False


def _digits(column: Column) -> float:
    """Count the digits before the point that a number type holds."""
    if column.type == "decimal":
        return column.precision - (column.scale or 0) if column.precision else 1000.0
    if column.type == "float":
        return 300.0
    wide = column.type == "bigint" or column.limit == 8  # noqa: PLR2004  bytes
    return 18.0 if wide else 4.0 if column.limit == 2 else 9.0  # noqa: PLR2004  bytes


def coarser(old: Column, new: Column) -> bool:  # noqa: PLR0911  one line a kind
    """Whether the new type silently keeps less of a value, so that the change has no way back."""
    before, after = _family(old), _family(new)
    if before == after == "number":
        whole = new.type in {"integer", "bigint"} or (new.type == "decimal" and _scale(new) == 0)
        if whole:
            return old.type == "float" or (old.type == "decimal" and _scale(old) != 0)
        if new.type == "decimal" and new.precision is not None:
            return old.type == "float" or (old.type == "decimal" and _scale(old) > _scale(new))
        return new.type == "float" and old.type == "decimal"
    if after == "date":
        return before in {"datetime", "timestamptz"}
    if after == "time":
        return before in {"datetime", "timestamptz", "interval"}
    if before == after and before in {"datetime", "timestamptz", "time"}:
        return _fraction(new) < _fraction(old)
    return False


def _scale(column: Column) -> float:
    if column.precision is None:
        return 1000.0
    return column.scale or 0


def _fraction(column: Column) -> int:
    return 6 if column.precision is None else column.precision


# Foreign keys


def key_types(world: SimulatedDatabase, table: Table, key: ForeignKey) -> Problems:
    """A foreign key's columns must be of types that can be compared with the key they point to."""
    other = world.database.tables.get(key.to_table)
    if other is None or other.name in world.database.unsure or not key.columns:
        return
    targets = key.primary_key or other.primary_key
    if not targets:
        said = f'there is no primary key for referenced table "{other.name}"'
        yield PreconditionFailure("PG::UndefinedObject", said)
        return
    for name, target in zip(key.columns, targets, strict=False):
        here, there = table.column(name), other.column(target)
        if there is None:
            said = f'column "{target}" referenced in foreign key constraint does not exist'
            yield PreconditionFailure("PG::UndefinedColumn", said)
        elif here is not None and _incomparable(here, there):
            yield _cannot_be(key)
    yield from _is_unique(other, targets)


def _incomparable(one: Column, other: Column) -> bool:
    families = {_family(one), _family(other)}
    if None in families or len(families) == 1:
        return False
    return not families <= {"date", "datetime", "timestamptz"}


def _is_unique(other: Table, targets: tuple[str, ...]) -> Problems:
    wanted = set(targets)
    keys = [set(other.primary_key), *(set(it.columns) for it in other.constraints if it.columns)]
    keys += [set(it.columns) for it in other.indexes if it.unique and it.where is None]
    if wanted not in keys:
        said = (
            f'there is no unique constraint matching given keys for referenced table "{other.name}"'
        )
        yield PreconditionFailure("PG::InvalidForeignKey", said)
