"""Calls to model classes, queries and records: which rows they read and write."""

import re
from collections.abc import Mapping

from analyzer.frameworks.rails.language.models.ruby_written import (
    Args,
    conflict_of,
    nulls_after,
    sets_of,
)
from analyzer.model.effects.effect import DataAction, ReadData, WriteData
from analyzer.parsing.ruby.inflection import pluralize, underscore
from analyzer.parsing.ruby.ruby_value import Model, ModelQuery, Record, Value
from analyzer.parsing.ruby.ruby_walk import MethodWalk
from analyzer.records import replace

_WRITES: Mapping[str, DataAction] = {
    "update_all": DataAction.UPDATE,
    "update_columns": DataAction.UPDATE,
    "update_column": DataAction.UPDATE,
    "update_counters": DataAction.UPDATE,
    "update_attribute": DataAction.UPDATE,
    "update_attributes": DataAction.UPDATE,
    "update_attributes!": DataAction.UPDATE,
    "update": DataAction.UPDATE,
    "update!": DataAction.UPDATE,
    "touch": DataAction.UPDATE,
    "touch_all": DataAction.UPDATE,
    "increment!": DataAction.UPDATE,
    "decrement!": DataAction.UPDATE,
    "toggle!": DataAction.UPDATE,
    "reset_counters": DataAction.UPDATE,
    "save": DataAction.CHANGE,
    "save!": DataAction.CHANGE,
    "create": DataAction.INSERT,
    "create!": DataAction.INSERT,
    "first_or_create": DataAction.INSERT,
    "first_or_create!": DataAction.INSERT,
    "find_or_create_by": DataAction.INSERT,
    "find_or_create_by!": DataAction.INSERT,
    "create_or_find_by": DataAction.INSERT,
    "create_or_find_by!": DataAction.INSERT,
    "insert": DataAction.INSERT,
    "insert!": DataAction.INSERT,
    "insert_all": DataAction.INSERT,
    "insert_all!": DataAction.INSERT,
    "upsert": DataAction.INSERT,
    "upsert_all": DataAction.INSERT,
    "import": DataAction.INSERT,
    "import!": DataAction.INSERT,
    "delete": DataAction.DELETE,
    "delete_all": DataAction.DELETE,
    "delete_by": DataAction.DELETE,
    "destroy": DataAction.DELETE,
    "destroy!": DataAction.DELETE,
    "destroy_all": DataAction.DELETE,
    "destroy_by": DataAction.DELETE,
    "really_destroy!": DataAction.DELETE,
    "truncate": DataAction.TRUNCATE,
}
_QUERIES = frozenset(
    """
    all where not rewhere unscoped unscope order reorder limit offset joins left_joins
    left_outer_joins includes eager_load preload references select distinct group having from none
    readonly lock merge or and extending with_deleted only_deleted in_order_of in_batches
    create_with scoped where_not reselect regroup optimizer_hints annotate with missing associated
    """.split()  # noqa: SIM905  words read better without quotes
)
_READS_ROWS = frozenset(
    """
    each find_each map flat_map each_with_index each_slice find_in_batches collect to_a to_ary
    select_map inject reduce sum group_by index_by each_with_object sort_by partition each_record
    """.split()  # noqa: SIM905  words read better without quotes
)
_READS_ONE = frozenset(
    """
    first first! last last! find find_by find_by! find_sole_by sole take take! second third
    find_or_initialize_by first_or_initialize find_by_sql reload sample detect
    """.split()  # noqa: SIM905  words read better without quotes
)
_READS_VALUES = frozenset(
    """
    pluck pick ids count maximum minimum average exists? any? none? many? one? empty? size length
    present? blank? pluck_each pluck_in_batches calculate presence
    """.split()  # noqa: SIM905  words read better without quotes
)
_STARTS = _QUERIES | _READS_ONE | frozenset({"find_each", "find_in_batches"})
MODEL_METHODS = (
    (frozenset(_WRITES) - {"insert", "update", "delete", "import", "import!", "truncate", "touch"})
    | (_STARTS - {"and", "or", "not", "from", "with", "lock", "merge", "none", "first", "last"})
    | frozenset(
        {"reset_column_information", "table_name", "column_names", "quoted_table_name", "pluck"}
        | {"exists?", "maximum", "minimum", "columns_hash", "count", "insert", "update", "delete"}
        | {"transaction", "with_connection", "delete_by", "destroy_by", "truncate"}
        | {"connection", "table_exists?", "primary_key", "attribute_names", "first", "last"}
    )
)
"""Methods that make an unknown constant a model."""


def guess_model(path: str) -> Model:
    """The model that a constant names, and the table that Rails would give it by default."""
    namespace, _, last = path.rpartition("::")
    table = pluralize(underscore(last))
    if not namespace:
        return Model(path, table)
    prefixed = f"{underscore(namespace).replace('/', '_')}_{table}"
    return Model(path, table, prefixed)


def model_of(value: Model | ModelQuery | Record) -> Model:
    """The model of a class, query or record."""
    return value if isinstance(value, Model) else value.model


def writes(name: str) -> bool:
    """Whether a method changes rows."""
    return name in _WRITES


def use(
    walk: MethodWalk,
    value: Model | ModelQuery | Record,
    name: str,
    given: Args,
    line: int,
    row: str = "",
) -> Value:
    """Record what a call does to rows, and give its value; an unknown method's value is itself.

    Args: row: the name that the migration has for the row, under which its attributes were set.
    """
    model = model_of(value)
    if name in _WRITES:
        _write(walk, value, name, given, line, walk.assigned.get(row, set()))
        own = name in _MAKES
        return Record(model, own=own) if _WRITES[name] is DataAction.INSERT else None
    if isinstance(value, Record):
        _assigned(walk, row, name, given)
        return None
    if name in _QUERIES:
        return ModelQuery(model, nulls_after(value, name, given))
    if name in _READS_ONE or name in _READS_ROWS:
        read(walk, model, line)
        return Record(model, nulls_after(value, name, given))
    if name in _READS_VALUES:
        read(walk, model, line)
    return None


_IN_MEMORY = frozenset(
    """
    assign_attributes write_attribute build attributes becomes errors validate readonly! arel
    clear_changes_information association
    """.split()  # noqa: SIM905  words read better without quotes
)
_FINDER = re.compile(r"(find_by|find_all_by|find_or_create_by|find_or_initialize_by)_\w+?(!?)")


def finder(name: str) -> str:
    """``find_by`` for ``find_by_name``: the columns in a finder's name do not matter here."""
    found = _FINDER.fullmatch(name)
    if found is None or name == "find_by_sql":
        return name
    return "where" if found[1] == "find_all_by" else found[1] + found[2]


def is_foreign(name: str) -> bool:
    """Whether a method is none of Active Record's, so that only its own code says what it does."""
    if name in _IN_MEMORY or name.endswith("_will_change!"):
        return False
    known = name in _WRITES or name in _QUERIES or name in _READS_ONE or name in _READS_ROWS
    return not known and name not in _READS_VALUES and not name.endswith("?")


def read(walk: MethodWalk, model: Model, line: int) -> None:
    """Record that rows of a model are read, once a line."""
    effect = ReadData(model.table, line, (), model.name, model.or_table)
    if not walk.effects or walk.effects[-1] != effect:
        walk.emit(effect)


_MAKES = frozenset({"create", "create!", "insert", "insert!"})


def _assigned(walk: MethodWalk, row: str, name: str, given: Args) -> None:
    """``song.assign_attributes(plays: 1)``: what is set is written by the next ``save``."""
    if name in {"assign_attributes", "write_attribute"} and row:
        args, options = given
        named = args[0] if args and isinstance(args[0], dict | str) else options
        names = {named} if isinstance(named, str) else set(named)
        walk.assigned.setdefault(row, set()).update(map(str, names))


def _write(
    walk: MethodWalk,
    value: Model | ModelQuery | Record,
    name: str,
    given: Args,
    line: int,
    assigned: set[str],
) -> None:
    model, action = model_of(value), _WRITES[name]
    columns, sets, spares = sets_of(value, name, given, assigned)
    if isinstance(value, Record) and value.own:
        action = DataAction.INSERT
    elif action is DataAction.CHANGE and sets:
        action = DataAction.UPDATE
    written = WriteData(model.table, action, line, columns, model.name, model.or_table)
    conflict = conflict_of(name, given[1])
    walk.emit(replace(written, sets=sets, spares=spares, conflict=conflict))
