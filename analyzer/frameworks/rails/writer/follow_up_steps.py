"""The Ruby statements that bring one lack: each looks first, so that a second run does nothing."""

from collections.abc import Iterator

from analyzer.frameworks.rails.writer.follow_up_statements import (
    added_constraint,
    added_key,
    demand,
    dropped_constraint,
    dropped_key,
    extension,
    has_index,
    no_doubles,
    no_orphans,
    nullability,
    only_if,
    renamed_constraint,
    renamed_index,
    sql_name,
    sql_text,
    unless,
)
from analyzer.frameworks.rails.writer.ruby_words import (
    column_options,
    index_arguments,
    is_sequence,
    ruby_sql,
    ruby_text,
    ruby_value,
    table_column,
    table_options,
    virtual_options,
)
from analyzer.model.findings.follow_up import FollowUp, Lack
from analyzer.model.findings.schema_diff import Difference, ObjectStatus
from analyzer.model.schema.schema import Column, EnumType, ForeignKey, Index, Schema, Table
from analyzer.records import replace

_SERIAL = (5, 1)  # from here on a key of a plain integer type gets a sequence by itself


class Steps:
    """The statements for one follow-up. ``rails`` decides what an unmentioned precision means."""

    def __init__(self, follow_up: FollowUp) -> None:
        self.wanted, self.there = follow_up.wanted, follow_up.there
        self.rails = follow_up.dialect
        self.precision = 6 if follow_up.dialect and follow_up.dialect >= (7, 0) else None

    def of(self, lack: Lack) -> Iterator[str]:
        """The statements for one lack, a line each; empty where the draft only names it."""
        it = lack.difference
        if lack.left is not None:
            return
        match it.kind:
            case "extension":
                yield from extension(it)
            case "enum":
                yield from self._enum(it)
            case "table":
                yield from self._table(it)
            case "column":
                yield from self._column(it)
            case "index":
                yield from self._index(it)
            case "foreign_key":
                yield from self._foreign_key(it)
            case _:
                yield from self._constraint(it)

    # Types

    def _enum(self, it: Difference) -> Iterator[str]:
        now, before = _enum_in(self.wanted, it.name), _enum_in(self.there, it.name)
        if now is None:
            return
        if before is None:
            values = ", ".join(map(sql_text, now.values))
            sql = f"CREATE TYPE {sql_name(now.name)} AS ENUM ({values})"
            there = f"SELECT to_regtype({sql_text(sql_name(now.name))})"
            yield from unless(f"select_value({ruby_sql(there)})", f"execute {ruby_sql(sql)}")
            return
        for value, place in _new_values(now.values, before.values):
            sql = f"ALTER TYPE {sql_name(now.name)} ADD VALUE IF NOT EXISTS {sql_text(value)}"
            yield f"execute {ruby_sql(f'{sql} {place}')}"

    # Tables and columns

    def _table(self, it: Difference) -> Iterator[str]:
        table = _table_in(self.wanted, it.name)
        name = ruby_text(it.name)
        if it.status is ObjectStatus.DIFFERENT:
            yield f"change_table_comment {name}, {_or_nil(table.comment)}"
            return
        options = "".join(f", {option}" for option in self._table_options(table))
        lines = [f"create_table {name}{options} do |t|"]
        lines += [
            f"  {table_column(_raw(column), self.precision)}"
            for column in table.columns
            if table.primary_key != (column.name,)
        ]
        lines.append("end")
        lines += [f"add_index {name}, {index_arguments(index)}" for index in table.indexes]
        yield from unless(f"table_exists?({name})", *lines)
        for constraint in table.constraints:
            yield from added_constraint(it.name, constraint)
        for key in table.foreign_keys:
            yield from added_key(it.name, key)

    def _table_options(self, table: Table) -> Iterator[str]:
        """Before 5.1 an integer key had a sequence only where its type says so."""
        serial = {"id: :bigint": "id: :bigserial", "id: :integer": "id: :serial"}
        old = self.rails is None or self.rails < _SERIAL
        column = table.column("".join(table.primary_key[:1]))
        if old and len(table.primary_key) == 1 and column is not None and column.type == "bigint":
            yield "id: :bigserial"
        for option in table_options(table, self.precision):
            yield serial.get(option, option) if old else option

    def _column(self, it: Difference) -> Iterator[str]:
        table, column = _table_in(self.wanted, it.table), None
        column = table.column(it.name)
        if column is None:
            return
        if it.status is ObjectStatus.MISSING:
            yield from self._added(it, column)
            return
        where = f"{ruby_text(table.name)}, {ruby_text(column.name)}"
        changed = {change.what for change in it.changes}
        if "default" in changed:
            yield f"change_column_default {where}, {ruby_value(column.default, column.type)}"
        if "null" in changed:
            yield from nullability(it, column)
        if "comment" in changed:
            yield f"change_column_comment {where}, {_or_nil(column.comment)}"

    def _added(self, it: Difference, column: Column) -> Iterator[str]:
        where = f"{ruby_text(it.table or '')}, {ruby_text(column.name)}"
        bare = not column.null and column.default is None and column.generated is None
        first = replace(_raw(column), null=True) if bare else _raw(column)
        if column.generated is not None:
            options = [":virtual", *virtual_options(column)]
        else:
            kind = f":{first.type}" if first.type.isidentifier() else ruby_text(first.type)
            options = [kind, *column_options(first, self.precision)]
        added = f"add_column {where}, {', '.join(options)}"
        yield from unless(f"column_exists?({where})", added)
        if bare and not is_sequence(column.default):
            yield f"# The rows that are there have no {column.name} yet: fill it here, for example"
            sql = f"UPDATE {sql_name(it.table or '')} SET {sql_name(column.name)} = ..."
            yield f"# execute {ruby_sql(sql)}"
            yield from nullability(it, column)

    # Indexes, keys and constraints

    def _index(self, it: Difference) -> Iterator[str]:
        table = it.table or ""
        before = _other_name(it)
        if it.status is ObjectStatus.EXTRA:
            yield from self._removed_index(table, it.name)
            return
        if [change.what for change in it.changes] == ["name"]:
            yield from only_if(has_index(table, before), renamed_index(table, before, it.name))
            return
        if it.status is ObjectStatus.DIFFERENT:
            yield from self._removed_index(table, before)
        wanted = _table_in(self.wanted, table)
        unique = next((one for one in wanted.constraints if one.name == it.name), None)
        if unique is not None:
            yield from no_doubles(table, Index(unique.name, unique.columns, unique=True))
            yield from added_constraint(table, unique)
            return
        index = wanted.index(it.name)
        if index is not None:
            yield from no_doubles(table, index)
            added = f"add_index {ruby_text(table)}, {index_arguments(index)}"
            yield from unless(has_index(table, index.name), added)

    def _removed_index(self, table: str, name: str) -> Iterator[str]:
        there = _table_in(self.there, table)
        if there.index(name) is None:
            yield dropped_constraint(table, name)
        else:
            removed = f"remove_index {ruby_text(table)}, name: {ruby_text(name)}"
            yield from only_if(has_index(table, name), removed)

    def _foreign_key(self, it: Difference) -> Iterator[str]:
        table, before = it.table or "", _other_name(it)
        changed = [change.what for change in it.changes]
        if changed == ["name"]:
            yield from renamed_constraint(table, before, it.name)
            return
        if changed == ["validated"]:
            sql = f"ALTER TABLE {sql_name(table)} VALIDATE CONSTRAINT {sql_name(it.name)}"
            yield f"execute {ruby_sql(sql)}"
            return
        wanted = _table_in(self.wanted, table)
        if it.status is not ObjectStatus.MISSING:
            yield dropped_key(table, before, self._key_there(table, wanted, it))
        for key in wanted.foreign_keys:
            if key.name == it.name and it.status is not ObjectStatus.EXTRA:
                yield from no_orphans(table, key, _table_in(self.wanted, key.to_table))
                yield from added_key(table, key)

    def _key_there(self, table: str, wanted: Table, it: Difference) -> ForeignKey | None:
        """The foreign key as it is there: the one of that name, or else of the same columns."""
        here = next((key.columns for key in wanted.foreign_keys if key.name == it.name), None)
        keys = _table_in(self.there, table).foreign_keys
        by_name = (key for key in keys if key.name == it.name)
        return next(by_name, next((key for key in keys if key.columns == here), None))

    def _constraint(self, it: Difference) -> Iterator[str]:
        table, before = it.table or "", _other_name(it)
        if [change.what for change in it.changes] == ["name"]:
            yield from renamed_constraint(table, before, it.name)
            return
        if it.status is not ObjectStatus.MISSING:
            yield dropped_constraint(table, before)
        for constraint in _table_in(self.wanted, table).constraints:
            if constraint.name == it.name and it.status is not ObjectStatus.EXTRA:
                sql = f"SELECT 1 FROM {sql_name(table)} WHERE NOT ({constraint.expression})"
                yield from demand(f"rows of {table} break {constraint.name}", sql)
                yield from added_constraint(table, constraint)


# Look-ups


def _or_nil(text: str | None) -> str:
    return ruby_text(text) if text else "nil"


def _raw(column: Column) -> Column:
    """A column whose enum type stands as its type, which old versions of Rails take too."""
    if is_sequence(column.default):
        serial = {"bigint": "bigserial", "integer": "serial"}.get(column.type, column.type)
        return replace(column, type=serial, default=None)
    if column.enum_type is None:
        return column
    return replace(column, type=column.enum_type, enum_type=None)


def _other_name(it: Difference) -> str:
    """The object's name in the database, where it has another one there."""
    return next((change.there for change in it.changes if change.what == "name"), it.name)


def _table_in(schema: Schema, name: str | None) -> Table:
    table = schema.tables.get(name or "") or schema.tables.get(f"public.{name}")
    return table if table is not None else Table(name or "")


def _enum_in(schema: Schema, name: str) -> EnumType | None:
    return schema.enums.get(name) or schema.enums.get(f"public.{name}")


def _new_values(now: tuple[str, ...], before: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each new value with its place beside one that is there by then."""
    for place, value in enumerate(now):
        if value in before:
            continue
        if place:
            yield value, f"AFTER {sql_text(now[place - 1])}"
        else:
            yield value, f"BEFORE {sql_text(before[0])}" if before else ""
