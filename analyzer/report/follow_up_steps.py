"""The Ruby statements that bring one lack: each looks first, so that a second run does nothing.

Constraints are written in SQL, which every version of Rails passes on alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzer.model.follow_up import FollowUp, Lack
from analyzer.model.schema import (
    Column,
    Constraint,
    ConstraintKind,
    EnumType,
    ForeignKey,
    Index,
    Schema,
    Table,
)
from analyzer.model.schema_diff import Difference, Standing
from analyzer.report.ruby_words import (
    column_options,
    index_arguments,
    index_columns,
    is_sequence,
    key_arguments,
    ruby_sql,
    ruby_text,
    ruby_value,
    table_column,
    table_options,
    virtual_options,
)

DEMAND = "demand_none"  # the draft's own method
_LONGEST_LINE = 96
_SERIAL = (5, 1)  # from here on a key of a plain integer type gets a sequence by itself


class Steps:
    """The statements for one follow-up. ``rails`` decides what an unmentioned precision means."""

    def __init__(self, follow_up: FollowUp) -> None:
        self.wanted, self.there = follow_up.wanted, follow_up.there
        self.rails = follow_up.rails
        self.precision = 6 if follow_up.rails and follow_up.rails >= (7, 0) else None

    def of(self, lack: Lack) -> Iterator[str]:
        """The statements for one lack, a line each; empty where the draft only names it."""
        it = lack.difference
        if lack.left is not None:
            return
        match it.kind:
            case "extension":
                yield from _extension(it)
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
            yield from _unless(f"select_value({ruby_sql(there)})", f"execute {ruby_sql(sql)}")
            return
        for value, place in _new_values(now.values, before.values):
            sql = f"ALTER TYPE {sql_name(now.name)} ADD VALUE IF NOT EXISTS {sql_text(value)}"
            yield f"execute {ruby_sql(f'{sql} {place}')}"

    # Tables and columns

    def _table(self, it: Difference) -> Iterator[str]:
        table = _table_in(self.wanted, it.name)
        name = ruby_text(it.name)
        if it.standing is Standing.DIFFERENT:
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
        yield from _unless(f"table_exists?({name})", *lines)
        for constraint in table.constraints:
            yield from _added_constraint(it.name, constraint.name, constraint_sql(constraint))
        for key in table.foreign_keys:
            yield from _added_key(it.name, key)

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
        if it.standing is Standing.MISSING:
            yield from self._added(it, column)
            return
        where = f"{ruby_text(table.name)}, {ruby_text(column.name)}"
        changed = {change.what for change in it.changes}
        if "default" in changed:
            yield f"change_column_default {where}, {ruby_value(column.default, column.type)}"
        if "null" in changed:
            yield from _nullability(it, column)
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
        yield from _unless(f"column_exists?({where})", added)
        if bare and not is_sequence(column.default):
            yield f"# The rows that are there have no {column.name} yet: fill it here, for example"
            sql = f"UPDATE {sql_name(it.table or '')} SET {sql_name(column.name)} = ..."
            yield f"# execute {ruby_sql(sql)}"
            yield from _nullability(it, column)

    # Indexes, keys and constraints

    def _index(self, it: Difference) -> Iterator[str]:
        table = it.table or ""
        before = _other_name(it)
        if it.standing is Standing.EXTRA:
            yield from self._removed_index(table, it.name)
            return
        if [change.what for change in it.changes] == ["name"]:
            yield from _if(_has_index(table, before), _renamed_index(table, before, it.name))
            return
        if it.standing is Standing.DIFFERENT:
            yield from self._removed_index(table, before)
        wanted = _table_in(self.wanted, table)
        unique = next((one for one in wanted.constraints if one.name == it.name), None)
        if unique is not None:
            yield from _no_doubles(table, Index(unique.name, unique.columns, unique=True))
            yield from _added_constraint(table, unique.name, constraint_sql(unique))
            return
        index = wanted.index(it.name)
        if index is not None:
            yield from _no_doubles(table, index)
            added = f"add_index {ruby_text(table)}, {index_arguments(index)}"
            yield from _unless(_has_index(table, index.name), added)

    def _removed_index(self, table: str, name: str) -> Iterator[str]:
        there = _table_in(self.there, table)
        if there.index(name) is None:
            yield _dropped_constraint(table, name)
        else:
            removed = f"remove_index {ruby_text(table)}, name: {ruby_text(name)}"
            yield from _if(_has_index(table, name), removed)

    def _foreign_key(self, it: Difference) -> Iterator[str]:
        table, before = it.table or "", _other_name(it)
        changed = [change.what for change in it.changes]
        if changed == ["name"]:
            yield from _renamed_constraint(table, before, it.name)
            return
        if changed == ["validated"]:
            sql = f"ALTER TABLE {sql_name(table)} VALIDATE CONSTRAINT {sql_name(it.name)}"
            yield f"execute {ruby_sql(sql)}"
            return
        if it.standing is not Standing.MISSING:
            yield _dropped_constraint(table, before)
        wanted = _table_in(self.wanted, table)
        for key in wanted.foreign_keys:
            if key.name == it.name and it.standing is not Standing.EXTRA:
                yield from _no_orphans(table, key, _table_in(self.wanted, key.to_table))
                yield from _added_key(table, key)

    def _constraint(self, it: Difference) -> Iterator[str]:
        table, before = it.table or "", _other_name(it)
        if [change.what for change in it.changes] == ["name"]:
            yield from _renamed_constraint(table, before, it.name)
            return
        if it.standing is not Standing.MISSING:
            yield _dropped_constraint(table, before)
        for constraint in _table_in(self.wanted, table).constraints:
            if constraint.name == it.name and it.standing is not Standing.EXTRA:
                sql = f"SELECT 1 FROM {sql_name(table)} WHERE NOT ({constraint.expression})"
                yield from _demand(f"rows of {table} break {constraint.name}", sql)
                yield from _added_constraint(table, constraint.name, constraint_sql(constraint))


# What must not be there


def _nullability(it: Difference, column: Column) -> Iterator[str]:
    table, where = it.table or "", f"{ruby_text(it.table or '')}, {ruby_text(column.name)}"
    if not column.null:
        sql = f"SELECT 1 FROM {sql_name(table)} WHERE {sql_name(column.name)} IS NULL"
        yield from _demand(f"{table}.{column.name} holds NULL: fill it first", sql)
    yield f"change_column_null {where}, {str(column.null).lower()}"


def _no_doubles(table: str, index: Index) -> Iterator[str]:
    if not index.unique:
        return
    plain = index_columns(index).startswith("[")
    columns = [sql_name(it) if plain else it for it in index.columns]
    conditions = [f"{it} IS NOT NULL" for it in columns] if plain else []
    conditions += [f"({index.where})"] if index.where else []
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    group = ", ".join(columns)
    sql = f"SELECT 1 FROM {sql_name(table)}{where} GROUP BY {group} HAVING count(*) > 1"
    said = ", ".join(index.columns)
    yield from _demand(f"{table} has rows with the same {said}: mend them first", sql)


def _no_orphans(table: str, key: ForeignKey, other_table: Table) -> Iterator[str]:
    theirs = key.primary_key or other_table.primary_key or ("id",)
    if not key.validated or len(theirs) != len(key.columns) or len(key.columns) != 1:
        return  # PostgreSQL's own error says which row it is
    ours, other = sql_name(key.columns[0]), sql_name(theirs[0])
    sql = (
        f"SELECT 1 FROM {sql_name(table)} AS a WHERE a.{ours} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM {sql_name(key.to_table)} AS b WHERE b.{other} = a.{ours})"
    )
    said = f"rows of {table} have a {key.columns[0]} that {key.to_table} does not have"
    yield from _demand(said, sql)


def _demand(problem: str, sql: str) -> Iterator[str]:
    yield f"{DEMAND} {ruby_text(problem)},"
    yield f"  {ruby_sql(sql)}"


# Statements


def _extension(it: Difference) -> Iterator[str]:
    """Only where the server has it, if the file itself asks for that."""
    name = ruby_text(it.name)
    if it.allowed:
        yield f"enable_extension {name} if extension_available?({name})"
    else:
        yield f"enable_extension {name}"


def _added_key(table: str, key: ForeignKey) -> Iterator[str]:
    there = f"foreign_key_exists?({ruby_text(table)}, name: {ruby_text(key.name)})"
    yield from _unless(there, f"add_foreign_key {key_arguments(table, key)}")


def _added_constraint(table: str, name: str, definition: str) -> Iterator[str]:
    sql = f"ALTER TABLE {sql_name(table)} ADD CONSTRAINT {sql_name(name)} {definition}"
    yield from _unless(_has_constraint(table, name), f"execute {ruby_sql(sql)}")


def _dropped_constraint(table: str, name: str) -> str:
    sql = f"ALTER TABLE {sql_name(table)} DROP CONSTRAINT IF EXISTS {sql_name(name)}"
    return f"execute {ruby_sql(sql)}"


def _renamed_constraint(table: str, old: str, new: str) -> Iterator[str]:
    sql = f"ALTER TABLE {sql_name(table)} RENAME CONSTRAINT {sql_name(old)} TO {sql_name(new)}"
    yield from _if(_has_constraint(table, old), f"execute {ruby_sql(sql)}")


def _renamed_index(table: str, old: str, new: str) -> str:
    return f"rename_index {', '.join(map(ruby_text, (table, old, new)))}"


def _has_index(table: str, name: str) -> str:
    return f"index_name_exists?({ruby_text(table)}, {ruby_text(name)})"


def _has_constraint(table: str, name: str) -> str:
    sql = (
        f"SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass({sql_text(sql_name(table))})"
        f" AND conname = {sql_text(name)}"
    )
    return f"select_value({ruby_sql(sql)})"


def _unless(condition: str, *statements: str) -> Iterator[str]:
    yield from _conditional("unless", condition, statements)


def _if(condition: str, *statements: str) -> Iterator[str]:
    yield from _conditional("if", condition, statements)


def _conditional(word: str, condition: str, statements: Iterable[str]) -> Iterator[str]:
    lines = [*statements]
    short = f"{lines[0]} {word} {condition}"
    if len(lines) == 1 and len(short) <= _LONGEST_LINE:
        yield short
        return
    yield f"{word} {condition}"
    yield from (f"  {line}" for line in lines)
    yield "end"


# Words of SQL, and look-ups


def sql_name(name: str) -> str:
    """A name, with its schema if it has one, as SQL quotes it."""
    return ".".join('"{}"'.format(part.replace('"', '""')) for part in name.split("."))


def sql_text(text: str) -> str:
    """A text as SQL quotes it."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def constraint_sql(constraint: Constraint) -> str:
    """What a constraint demands, as SQL writes it."""
    if constraint.kind is ConstraintKind.UNIQUE:
        return f"UNIQUE ({', '.join(map(sql_name, constraint.columns))})"
    return f"CHECK ({constraint.expression})"


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
