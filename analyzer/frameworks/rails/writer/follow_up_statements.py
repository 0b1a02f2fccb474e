"""Statements of a drafted migration: what must not be there first, and what is done only once.

Constraints are written in SQL, which every version of Rails passes on alike.
"""

from collections.abc import Iterable, Iterator

from analyzer.engines.registry import engine_in_hand
from analyzer.frameworks.rails.writer.ruby_words import (
    index_columns,
    key_arguments,
    ruby_sql,
    ruby_text,
)
from analyzer.model.findings.schema_diff import Difference
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    ForeignKey,
    Index,
    Table,
)

DEMAND = "demand_none"  # the draft's own method
_LONGEST_LINE = 96


# What must not be there


def nullability(it: Difference, column: Column) -> Iterator[str]:
    """Allow or forbid NULL, the latter only where no row holds one."""
    table, where = it.table or "", f"{ruby_text(it.table or '')}, {ruby_text(column.name)}"
    if not column.null:
        sql = f"SELECT 1 FROM {sql_name(table)} WHERE {sql_name(column.name)} IS NULL"
        yield from demand(f"{table}.{column.name} holds NULL: fill it first", sql)
    yield f"change_column_null {where}, {str(column.null).lower()}"


def no_doubles(table: str, index: Index) -> Iterator[str]:
    """Stop where rows are alike in what a unique index covers; nothing for another index."""
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
    yield from demand(f"{table} has rows with the same {said}: correct them first", sql)


def no_orphans(table: str, key: ForeignKey, other_table: Table) -> Iterator[str]:
    """Stop where rows point to what the other table does not have."""
    theirs = key.primary_key or other_table.primary_key or ("id",)
    if not key.validated or len(theirs) != len(key.columns) or len(key.columns) != 1:
        return  # PostgreSQL's own error says which row it is
    ours, other = sql_name(key.columns[0]), sql_name(theirs[0])
    sql = (
        f"SELECT 1 FROM {sql_name(table)} AS a WHERE a.{ours} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM {sql_name(key.to_table)} AS b WHERE b.{other} = a.{ours})"
    )
    said = f"rows of {table} have {key.columns[0]} values that {key.to_table} lacks"
    yield from demand(said, sql)


def demand(problem: str, sql: str) -> Iterator[str]:
    """Stop with a message where a query finds a row."""
    yield f"{DEMAND} {ruby_text(problem)},"
    yield f"  {ruby_sql(sql)}"


# Statements


def extension(it: Difference) -> Iterator[str]:
    """Only where the server has it, if the file itself asks for that."""
    name = ruby_text(it.name)
    if it.allowed:
        yield f"enable_extension {name} if extension_available?({name})"
    else:
        yield f"enable_extension {name}"


def added_key(table: str, key: ForeignKey) -> Iterator[str]:
    """Add a foreign key that is not there yet."""
    there = f"foreign_key_exists?({ruby_text(table)}, name: {ruby_text(key.name)})"
    if not engine_in_hand().features.named_foreign_keys:
        there = f"foreign_key_exists?({_key(table, key)})"
    yield from unless(there, f"add_foreign_key {key_arguments(table, key)}")


def dropped_key(table: str, name: str, key: ForeignKey | None) -> str:
    """Drop a foreign key, if it is there. Args: key: as it is there, if that is known."""
    if key is None or engine_in_hand().features.named_foreign_keys:
        return dropped_constraint(table, name)
    return f"remove_foreign_key {_key(table, key)} if foreign_key_exists?({_key(table, key)})"


def _key(table: str, key: ForeignKey) -> str:
    where = ", ".join(map(ruby_text, (table, key.to_table)))
    return f"{where}, column: {ruby_text(key.columns[0])}"


def added_constraint(table: str, constraint: Constraint) -> Iterator[str]:
    """Add a constraint that is not there yet."""
    name = constraint.name
    definition = constraint_sql(constraint)
    sql = f"ALTER TABLE {sql_name(table)} ADD CONSTRAINT {sql_name(name)} {definition}"
    added = f"execute {ruby_sql(sql)}"
    if not engine_in_hand().features.alters_in_place:
        added = _added_by_rails(table, constraint)
    yield from unless(has_constraint(table, name), added)


def _added_by_rails(table: str, constraint: Constraint) -> str:
    where, called = ruby_text(table), f"name: {ruby_text(constraint.name)}"
    if constraint.kind is ConstraintKind.UNIQUE:
        columns = ", ".join(map(ruby_text, constraint.columns))
        return f"add_index {where}, [{columns}], unique: true, {called}"
    return f"add_check_constraint {where}, {ruby_text(constraint.expression or '')}, {called}"


def dropped_constraint(table: str, name: str) -> str:
    """Drop a constraint, a key too, if it is there."""
    if not engine_in_hand().features.alters_in_place:
        dropped = f"remove_check_constraint {ruby_text(table)}, name: {ruby_text(name)}"
        return f"{dropped} if {has_constraint(table, name)}"
    sql = f"ALTER TABLE {sql_name(table)} DROP CONSTRAINT IF EXISTS {sql_name(name)}"
    return f"execute {ruby_sql(sql)}"


def renamed_constraint(table: str, old: str, new: str) -> Iterator[str]:
    """Give a constraint another name, if it has the old one."""
    sql = f"ALTER TABLE {sql_name(table)} RENAME CONSTRAINT {sql_name(old)} TO {sql_name(new)}"
    yield from only_if(has_constraint(table, old), f"execute {ruby_sql(sql)}")


def renamed_index(table: str, old: str, new: str) -> str:
    """Give an index another name."""
    return f"rename_index {', '.join(map(ruby_text, (table, old, new)))}"


def has_index(table: str, name: str) -> str:
    """The question whether a table has an index of that name."""
    return f"index_name_exists?({ruby_text(table)}, {ruby_text(name)})"


def has_constraint(table: str, name: str) -> str:
    """The question whether a table has a constraint of that name."""
    sql = engine_in_hand().preconditions.constraint(table, name)
    return f"select_value({ruby_sql(sql)})"


def unless(condition: str, *statements: str) -> Iterator[str]:
    """Statements under ``unless``: in one line where that is short."""
    yield from _conditional("unless", condition, statements)


def only_if(condition: str, *statements: str) -> Iterator[str]:
    """Statements under ``if``: in one line where that is short."""
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
    return engine_in_hand().preconditions.quoted(name)


def sql_text(text: str) -> str:
    """A text as SQL quotes it."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def constraint_sql(constraint: Constraint) -> str:
    """What a constraint demands, as SQL writes it."""
    if constraint.kind is ConstraintKind.UNIQUE:
        return f"UNIQUE ({', '.join(map(sql_name, constraint.columns))})"
    return f"CHECK ({constraint.expression})"
