"""What a drafted migration can repair safely, and what it only names, with the reason."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.model.findings.follow_up import FollowUp, Lack
from analyzer.model.findings.schema_diff import Change, Difference, ObjectStatus
from analyzer.model.schema.schema import Column, Computed, Schema, Table
from analyzer.model.schema.table_size import TableSize
from analyzer.records import replace

_SAFE_FACETS = frozenset({"null", "default", "comment"})
_BY_NAME = "only its name is known here: copy its definition from the file"
_OPEN = "the file makes it only under a condition that cannot be decided without running it"
_EXTRA = {
    "table": "dropping it would destroy its rows, if it has any",
    "column": "removing it would destroy the data in it",
    "extension": "other things in the database may use it",
    "enum": "columns may use it, and {engine} takes no value out of an enum",
}


def parted(
    difference: Difference, wanted: Schema, there: Schema, path: str, engine: str
) -> Iterator[Lack]:
    """Tell what of a difference the draft mends from what it only names.

    Args: engine: its name in sentences.
    """
    if difference.status is ObjectStatus.DIFFERENT and difference.kind == "column":
        yield from _column_parts(difference, wanted, path)
        return
    yield Lack(difference, path, _why_left(difference, wanted, there, engine), difference.allowed)


def _column_parts(difference: Difference, wanted: Schema, path: str) -> Iterator[Lack]:
    safe = tuple(it for it in difference.changes if _is_safe(it, difference, wanted))
    rest = tuple(it for it in difference.changes if it not in safe)
    if safe:
        yield Lack(replace(difference, changes=safe), path)
    if rest:
        yield Lack(replace(difference, changes=rest), path, _why_not_changed(rest))


def _why_not_changed(changes: Sequence[Change]) -> str:
    if all(change.what == "default" for change in changes):
        return "the default is computed when the file runs"
    said = " and ".join(change.what for change in changes)
    return f"another {said} rewrites the column's values, or may refuse some of them"


def _is_safe(change: Change, difference: Difference, wanted: Schema) -> bool:
    """A default of another type, or one that is computed, is none that could be set."""
    column = column_in(wanted, difference)
    computed = column is not None and _is_computed(column)
    retyped = any(each.what == "type" for each in difference.changes)
    return change.what in _SAFE_FACETS and not (change.what == "default" and (computed or retyped))


def _why_left(  # noqa: PLR0911  a list of reasons
    it: Difference, wanted: Schema, there: Schema, engine: str
) -> str | None:
    if it.status is ObjectStatus.EXTRA:
        reason = _EXTRA.get(it.kind, None if it.kind in _LOOSE else _BY_NAME)
        return reason and reason.format(engine=engine)
    if it.allowed and it.kind != "extension":
        return _OPEN
    match it.kind:
        case "table" if it.status is ObjectStatus.MISSING:
            return _why_not_table(wanted.tables[it.name])
        case "column":
            column = column_in(wanted, it)
            return _why_not_column(column, wanted, it) if column is not None else _BY_NAME
        case "index" | "foreign_key" | "check" | "extension" | "table":
            return _why_not_ordered(it, wanted)
        case "enum":
            return _why_not_enum(it, wanted, there, engine)
        case "primary_key":
            return "another primary key needs every row and every foreign key looked at"
        case "exclusion":
            return "an exclusion constraint is not read in full here"
        case _:
            return _BY_NAME


def only_rows_tell(found: FollowUp, sizes: Mapping[str, TableSize]) -> bool:
    """Whether rows that are there may refuse what a draft does, such as duplicates a unique index.

    Args: sizes: the tables that the database has.
    """
    return any(
        _asks_rows(it.difference, found.wanted)
        for it in found.lacks
        if it.left is None and not _is_empty(it.difference, sizes)
    )


def _is_empty(difference: Difference, sizes: Mapping[str, TableSize]) -> bool:
    name = (difference.table or "").removeprefix("public.")
    size = sizes.get(name) or sizes.get(f"public.{name}")
    return size is not None and size.empty


def _asks_rows(it: Difference, wanted: Schema) -> bool:
    if it.status is ObjectStatus.EXTRA:
        return False
    table = table_in(wanted, it)
    match it.kind:
        case "foreign_key" | "check":
            return True
        case "index":
            index = table.index(it.name) if table is not None else None
            return index is None or index.unique
        case "column" if it.status is ObjectStatus.MISSING:
            column = column_in(wanted, it)
            return column is not None and not column.null and column.default is None
        case "column":
            return any((change.what, change.files) == ("null", "false") for change in it.changes)
        case _:
            return False


_LOOSE = frozenset({"index", "foreign_key", "check", "exclusion"})


def column_in(schema: Schema, difference: Difference) -> Column | None:
    """The column that a difference is about, as a schema has it."""
    table = table_in(schema, difference)
    return table.column(difference.name) if table is not None else None


def table_in(schema: Schema, difference: Difference) -> Table | None:
    """The table that a difference is about, as a schema has it."""
    name = difference.table or ""
    return schema.tables.get(name) or schema.tables.get(f"public.{name}")


def _why_not_table(table: Table) -> str | None:
    if not table.columns:
        return "its columns follow from a query (CREATE TABLE AS)"
    if any(column.type == "unknown" or _is_computed(column) for column in table.columns):
        return "a column's type or default is computed when the file runs"
    if any(it.kind.value == "exclusion" for it in table.constraints):
        return "an exclusion constraint is not read in full here"
    return None


def _why_not_column(column: Column, wanted: Schema, it: Difference) -> str | None:
    table = table_in(wanted, it)
    if table is not None and column.name in table.primary_key:
        return "it is part of the primary key"
    if column.type == "unknown" or _is_computed(column):
        return "its type or default is computed when the file runs"
    return None


def _is_computed(column: Column) -> bool:
    return isinstance(column.default, Computed)


def _why_not_ordered(it: Difference, wanted: Schema) -> str | None:
    table = table_in(wanted, it)
    index = table.index(it.name) if table is not None and it.kind == "index" else None
    if index is not None and any(not column for column, _ in index.order):
        return "the order of its columns is computed when the file runs"
    return None


def _why_not_enum(it: Difference, wanted: Schema, there: Schema, engine: str) -> str | None:
    if it.status is ObjectStatus.MISSING:
        return None
    now, before = (
        next(enum.values for name, enum in schema.enums.items() if name.endswith(it.name))
        for schema in (wanted, there)
    )
    if [value for value in now if value in before] == [*before]:
        return None
    return f"{engine} takes no value out of an enum, and does not put them in another order"
