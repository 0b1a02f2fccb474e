"""The schema in the language of db/schema.rb."""

import json
from collections.abc import Iterator

from analyzer.model.schema import (
    Column,
    Computed,
    Constraint,
    ConstraintKind,
    Default,
    ForeignKey,
    Index,
    SqlText,
    Table,
)
from analyzer.model.schema_diff import SchemaReport
from analyzer.model.text import visible
from analyzer.report.schema_words import where_from

_RAILS = "7.1"  # the first that writes unique and exclusion constraints
_SIX_DIGITS = frozenset({"datetime", "timestamptz", "time"})
_MOST_DIGITS = 14  # of a version that is a timestamp


def render(report: SchemaReport) -> str:
    """Render as Ruby that ends with a newline; what is not known stands in comments at the head."""
    schema = report.state.schema
    head = [*_head(report), f"ActiveRecord::Schema[{_RAILS}].define({_version(report)}) do"]
    lines = [f"  enable_extension {_text(name)}" for name in sorted(schema.extensions)]
    lines += [
        f"  create_enum {_text(enum.name)}, [{', '.join(map(_text, enum.values))}]"
        for enum in schema.enums.values()
    ]
    for table in schema.tables.values():
        lines += ["", *_table(table)]
    keys = [
        f"  add_foreign_key {_key(table, key)}"
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
    newest = max((int(version) for version in report.versions.values()), default=0)
    text = str(newest)
    if len(text) == _MOST_DIGITS:
        text = "_".join((text[:4], text[4:6], text[6:8], text[8:]))
    return f"version: {text}"


def _table(table: Table) -> Iterator[str]:
    options = "".join(f", {option}" for option in _table_options(table))
    yield f"  create_table {_text(table.name)}{options}, force: :cascade do |t|"
    for column in table.columns:
        if table.primary_key != (column.name,):
            yield f"    {_column(column)}"
    for index in table.indexes:
        yield f"    t.index {_index(index)}"
    for constraint in table.constraints:
        yield f"    {_constraint(constraint)}"
    yield "  end"


def _table_options(table: Table) -> Iterator[str]:
    key = table.primary_key
    if not key:
        yield "id: false"
    elif len(key) > 1:
        yield f"primary_key: {_list(key)}"
    else:
        if key != ("id",):
            yield f"primary_key: {_text(key[0])}"
        column = table.column(key[0])
        if column is not None and column.type != "bigint":
            yield f"id: :{column.type}"
            yield from _sizes(column)
            if not _is_sequence(column.default):
                yield from _default(column.default)
    if table.comment:
        yield f"comment: {_text(table.comment)}"


def _is_sequence(default: Default) -> bool:
    return isinstance(default, SqlText) and default.text.startswith("nextval(")


def _column(column: Column) -> str:
    if column.generated is not None:
        return f"t.virtual {_text(column.name)}, {', '.join(_virtual(column))}"
    options = [*_sizes(column)]
    if column.enum_type is not None:
        options.append(f"enum_type: {_text(column.enum_type)}")
    options += _default(column.default)
    if not column.null:
        options.append("null: false")
    if column.array:
        options.append("array: true")
    if column.collation is not None:
        options.append(f"collation: {_text(column.collation)}")
    if column.comment:
        options.append(f"comment: {_text(column.comment)}")
    rest = "".join(f", {option}" for option in options)
    if column.type.isidentifier():
        return f"t.{column.type} {_text(column.name)}{rest}"
    return f"t.column {_text(column.name)}, {_text(column.type)}{rest}"


def _virtual(column: Column) -> Iterator[str]:
    yield f"type: :{column.type}"
    yield from _sizes(column)
    if not column.null:
        yield "null: false"
    yield f"as: {_text(column.generated or '')}"
    yield "stored: true"


def _sizes(column: Column) -> Iterator[str]:
    if column.limit is not None:
        yield f"limit: {column.limit}"
    if column.type in _SIX_DIGITS - {"time"}:
        if column.precision is None:
            yield "precision: nil"
        elif column.precision != 6:  # noqa: PLR2004  as usual
            yield f"precision: {column.precision}"
    elif column.precision is not None:
        yield f"precision: {column.precision}"
    if column.scale is not None:
        yield f"scale: {column.scale}"


def _default(default: Default) -> Iterator[str]:
    match default:
        case None:
            return
        case SqlText(text):
            yield f"default: -> {{ {_text(text)} }}"
        case Computed(text):
            yield f"default: -> {{ {_text(text)} }}"
        case bool():
            yield f"default: {str(default).lower()}"
        case str():
            yield f"default: {_text(default)}"
        case _:
            yield f"default: {default}"


def _index(index: Index) -> str:
    plain = len(index.columns) != 1 or index.columns[0].isidentifier()
    options = [_list(index.columns) if plain else _text(index.columns[0])]
    options.append(f"name: {_text(index.name)}")
    if index.unique:
        options.append("unique: true")
    if index.where is not None:
        options.append(f"where: {_text(index.where)}")
    if index.using is not None:
        options.append(f"using: :{index.using}")
    if index.include:
        options.append(f"include: {_list(index.include)}")
    if len(index.opclasses) == 1:
        options.append(f"opclass: :{index.opclasses[0]}")
    elif index.opclasses:
        pairs = zip(index.columns, index.opclasses, strict=False)
        options.append(f"opclass: {{ {', '.join(f'{name}: :{it}' for name, it in pairs)} }}")
    return ", ".join(options)


def _constraint(constraint: Constraint) -> str:
    name = f"name: {_text(constraint.name)}"
    match constraint.kind:
        case ConstraintKind.UNIQUE:
            return f"t.unique_constraint {_list(constraint.columns)}, {name}"
        case ConstraintKind.CHECK:
            return f"t.check_constraint {_text(constraint.expression or '')}, {name}"
        case ConstraintKind.EXCLUSION:
            return f"t.exclusion_constraint {_text(constraint.expression or '')}, {name}"


def _key(table: Table, key: ForeignKey) -> str:
    columns = _text(key.columns[0]) if len(key.columns) == 1 else _list(key.columns)
    options = [f"column: {columns}", f"name: {_text(key.name)}"]
    if key.primary_key:
        options.append(f"primary_key: {_list(key.primary_key)}")
    for verb, action in (("delete", key.on_delete), ("update", key.on_update)):
        if action is not None:
            options.append(f"on_{verb}: :{action}")
    if not key.validated:
        options.append("validate: false")
    return f"{_text(table.name)}, {_text(key.to_table)}, {', '.join(options)}"


def _list(names: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_text, names))}]"


def _text(text: str) -> str:
    """A Ruby string in double quotes, in which nothing is interpolated."""
    return json.dumps(text, ensure_ascii=False).replace("#", r"\#")
