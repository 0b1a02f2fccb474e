"""What Rails' own methods refuse as a migration calls them, before the database does.

Source: ActiveRecord::ConnectionAdapters::SchemaStatements, 6.0 to 8.1; for the index that
``remove_index`` means, index_name_for_remove, 6.0 to 7.1.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto

from analyzer.frameworks.ports.methods import MethodDoubt, MethodRefusal, Release
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.schema.schema import Index, Table

_LOCK_FILE = "check Gemfile.lock for the version of Rails"
_OLDEST = (0, 0)
_KNOWN_TO_7_0 = (
    ":unique, :length, :order, :opclass, :where, :type, :using, :comment, :algorithm"  # since 6.1
)

invalid_row = "ActiveRecord::RecordInvalid"
without_keys = (
    "write disable_ddl_transaction! into the class, execute 'PRAGMA foreign_keys = OFF' before "
    "that line, and execute 'PRAGMA foreign_keys = ON' after it"
)


def before_engine(
    engine: str, impediment: Impediment, names: Mapping[str, str]
) -> MethodRefusal | None:
    """The adapters of some engines look first at what is to be changed."""
    from analyzer.frameworks.rails.adapters import ADAPTERS  # where something stands in the way

    told = ADAPTERS.get(engine, {}).get(impediment)
    return MethodRefusal(told[0], told[1].format_map(names)) if told is not None else None


def no_column_for_default(table: str, column: str) -> MethodRefusal:
    """Rails looks for the column first."""
    from analyzer.frameworks.rails.adapters import NO_COLUMN

    error, said = NO_COLUMN
    return MethodRefusal(error, said.format(table=table, column=column))


def other_column_there(there: str, error: str, release: Release) -> MethodDoubt | None:
    """Rails before 7.0 passes over a column only if it has the type that the call names."""
    if (release() or _OLDEST) >= (7, 0):
        return None
    why = f"{there}: Rails from 7.0 on skips it, an older one fails with {error}"
    return MethodDoubt(why, _LOCK_FILE)


def forced_unless_there(
    effect: e.CreateTable, release: Release
) -> MethodRefusal | MethodDoubt | None:
    """From 7.2 on Rails does not take ``force`` and ``if_not_exists`` together."""
    said = "Options `:force` and `:if_not_exists` cannot be used simultaneously."
    running = release()
    if max(effect.dialect or _OLDEST, running or _OLDEST) >= (7, 2):
        return MethodRefusal("ArgumentError", said)
    if running is not None:
        return None
    why = f"Rails from 7.2 on fails with ArgumentError: {said} An older one drops the table first"
    return MethodDoubt(why, _LOCK_FILE)


def later_option(option: str, release: Release) -> MethodRefusal | MethodDoubt | None:
    """Rails before 7.1 does not know the columns that an index includes, and the like."""
    said = f"Unknown key: :{option}. Valid keys are: {_KNOWN_TO_7_0}"
    running = release()
    if running is None:
        why = f"Rails before 7.1 fails with ArgumentError: {said}. A newer one knows it"
        return MethodDoubt(why, _LOCK_FILE)
    return MethodRefusal("ArgumentError", said) if running < (7, 1) else None


def long_index_name(table: str, index: str, longest: int) -> MethodRefusal | None:
    """Rails refuses a default index name that the database would cut off."""
    if len(index) <= longest or not index.startswith("index_"):
        return None
    said = f"Index name '{index}' on table '{table}' is too long; the limit is {longest} characters"
    return MethodRefusal("ArgumentError", said)


def no_foreign_key(effect: e.RemoveForeignKey) -> MethodRefusal:
    """Rails looks for the key first, by what the call says of it."""
    to_table = effect.to_table if effect.key is not None else None  # else it is a guess
    described = to_table or effect.column or effect.name
    said = f"Table '{effect.table}' has no foreign key for {described}"
    return MethodRefusal("ArgumentError", said)


def no_constraint(table: str, kind: str, described: str) -> MethodRefusal:
    """Rails looks for the constraint first."""
    return MethodRefusal("ArgumentError", f"Table '{table}' has no {kind} for {described}")


def unfit_upsert(
    model: str, conflict: e.OnConflict, table: Table, unique: Iterable[tuple[str, set[str]]]
) -> MethodDoubt | None:
    """Rails looks for the index itself, by its name or its columns, whatever its condition."""
    wanted = conflict.columns
    if not conflict.whole or set(wanted) == set(table.primary_key):
        return None
    if any(name in wanted or columns == set(wanted) for name, columns in unique):
        return None
    return MethodDoubt(
        f"{table.name} has no unique index over, or named, {', '.join(wanted)}; "
        f"unless {model} uses another table, it fails with ArgumentError",
        f"check which table {model} uses",
    )


def index_to_remove(
    table: Table | None, effect: e.RemoveIndex, release: Release
) -> MethodRefusal | MethodDoubt | None:
    """Rails removes the one index that fits what is said, by its own version."""
    handling = _handlings(effect.dialect, release())
    found = [_matching(table, effect, it) if table is not None else () for it in handling]
    refusals = [_not_one(effect, names) for names in found if len(names) != 1]
    if len(refusals) == len(found):
        return refusals[-1]
    if len(set(found)) == 1:
        return None
    why = f"which index of {effect.table} this means depends on the version of Rails that runs it"
    return MethodDoubt(why, _LOCK_FILE)


def _not_one(effect: e.RemoveIndex, names: Sequence[str]) -> MethodRefusal:
    if not names:
        said = f"No indexes found on {effect.table} with the options provided."
    else:
        columns = ", ".join(effect.columns or ())
        said = (
            f"Multiple indexes found on {effect.table} columns [{columns}]. Specify an index name "
            f"from {', '.join(names)}"
        )
    return MethodRefusal("ArgumentError", said)


class _ExpressionHandling(Enum):
    """How a version of Rails reads an expression given instead of columns."""

    AS_COLUMNS = auto()  # up to 6.0: its words against those of the index
    AS_NAME = auto()  # 6.1: without a name, it gives the default one
    NAME_ALONE = auto()  # 7.1: beside a name it does not count


def _handlings(
    dialect: tuple[int, int] | None, running: tuple[int, int] | None
) -> tuple[_ExpressionHandling, ...]:
    """List the possible readings: a later Rails than the file asks for may run it."""
    if running is not None:
        known = (running >= (6, 1)) + (running >= (7, 1))
        return (tuple(_ExpressionHandling)[known],)
    if dialect is not None and dialect >= (7, 1):
        return (_ExpressionHandling.NAME_ALONE,)
    if dialect is not None and dialect >= (6, 1):
        return (_ExpressionHandling.AS_NAME, _ExpressionHandling.NAME_ALONE)
    return tuple(_ExpressionHandling)


def _matching(
    table: Table, effect: e.RemoveIndex, handling: _ExpressionHandling
) -> tuple[str, ...]:
    """The names of the indexes that fit what is said; Rails removes the one, or refuses."""
    columns, name = effect.columns or (), effect.name
    is_expression = len(columns) == 1 and re.search(r"\W", columns[0]) is not None
    if is_expression and handling is not _ExpressionHandling.AS_COLUMNS:
        if name is None and not effect.as_option:
            name, columns = default_index_name(table.name, columns, long_names=True), ()
        elif name is not None and handling is _ExpressionHandling.NAME_ALONE:
            columns = ()
    return tuple(_fitting(table, name, columns))


def _fitting(table: Table, name: str | None, columns: tuple[str, ...]) -> Iterator[str]:
    wanted = default_index_name(table.name, columns, long_names=True)
    for index in _indexes(table):
        words = default_index_name(table.name, index.columns, long_names=True)
        if (name is None or index.name == name) and (not columns or words == wanted):
            yield index.name


def _indexes(table: Table) -> Iterable[Index]:
    """Rails before 7.1 saw a unique constraint as an index."""
    unique = (Index(it.name, it.columns, unique=True) for it in table.constraints if it.columns)
    return (*table.indexes, *unique)
