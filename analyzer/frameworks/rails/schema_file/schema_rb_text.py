"""The schema in the language of db/schema.rb."""

from collections.abc import Iterator

from analyzer.frameworks.rails.writer.ruby_words import (
    index_arguments,
    key_arguments,
    ruby_list,
    ruby_text,
    table_column,
    table_options,
)
from analyzer.model.findings.schema_diff import SchemaReport
from analyzer.model.schema.schema import Constraint, ConstraintKind, Table
from analyzer.model.words.revision_words import where_from
from analyzer.model.words.text import visible

_RAILS = "7.1"  # the first that writes unique and exclusion constraints
_MOST_DIGITS = 14  # of a version that is a timestamp


def render(report: SchemaReport) -> str:
    """Render as Ruby that ends with a newline; what is not known stands in comments at the head."""
    schema = report.state.schema
    head = [*_head(report), f"ActiveRecord::Schema[{_RAILS}].define({_version(report)}) do"]
    lines = [f"  enable_extension {ruby_text(name)}" for name in sorted(schema.extensions)]
    lines += [
        f"  create_enum {ruby_text(enum.name)}, [{', '.join(map(ruby_text, enum.values))}]"
        for enum in schema.enums.values()
    ]
    for table in schema.tables.values():
        lines += ["", *_table(table)]
    keys = [
        f"  add_foreign_key {key_arguments(table.name, key)}"
        for table in schema.tables.values()
        for key in table.foreign_keys
    ]
    body = "\n".join([*lines, *([""] if keys else []), *keys]).removeprefix("\n")
    return "\n".join([*head, body, "end"]) + "\n"


def _head(report: SchemaReport) -> Iterator[str]:
    yield f"# What the migrations of {where_from(report.facts.files)} add up to."
    for problem in report.problems:
        yield f"# Could not be read: {visible(f'{problem.path}:{problem.line} {problem.what}')}"
    for part in report.state.opaque:
        told = f"{part.path}:{part.line} {part.text}: {part.why}"
        yield f"# Not known without running it: {visible(told)}"
    for conflict in report.state.conflicts:
        yield f"# Left out: {visible(f'{conflict.path}:{conflict.line} {conflict.what}')}"
    for other in sorted(report.state.schema.others):
        yield f"# Known by name only: {visible(f'{other.kind} {other.name}')}"


def _version(report: SchemaReport) -> str:
    newest = max(report.versions.values(), default=None)
    text = ("" if newest is None else newest.text.lstrip("0")) or "0"
    if len(text) == _MOST_DIGITS:
        text = "_".join((text[:4], text[4:6], text[6:8], text[8:]))
    return f"version: {text}"


def _table(table: Table) -> Iterator[str]:
    options = "".join(f", {option}" for option in table_options(table))
    yield f"  create_table {ruby_text(table.name)}{options}, force: :cascade do |t|"
    for column in table.columns:
        if table.primary_key != (column.name,):
            yield f"    {table_column(column)}"
    for index in table.indexes:
        yield f"    t.index {index_arguments(index)}"
    for constraint in table.constraints:
        yield f"    {_constraint(constraint)}"
    yield "  end"


def _constraint(constraint: Constraint) -> str:
    name = f"name: {ruby_text(constraint.name)}"
    match constraint.kind:
        case ConstraintKind.UNIQUE:
            return f"t.unique_constraint {ruby_list(constraint.columns)}, {name}"
        case ConstraintKind.CHECK:
            return f"t.check_constraint {ruby_text(constraint.expression or '')}, {name}"
        case ConstraintKind.EXCLUSION:
            return f"t.exclusion_constraint {ruby_text(constraint.expression or '')}, {name}"
