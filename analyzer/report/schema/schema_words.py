"""Schema objects in a few words, for all text formats."""

from analyzer.model.schema.schema import (
    Column,
    Computed,
    Constraint,
    ConstraintKind,
    Default,
    ForeignKey,
    Index,
    SqlText,
)

BOLD, RED, YELLOW, PLAIN = "\x1b[1m", "\x1b[31;1m", "\x1b[33m", "\x1b[0m"


def type_words(column: Column) -> str:
    """A column's type with its sizes: ``string(20)``, ``decimal(10,2)``, ``text[]``."""
    word = column.enum_type or column.type
    sizes = [size for size in (column.limit, column.precision, column.scale) if size is not None]
    if sizes == [6] and column.type in {"datetime", "timestamptz", "time"}:
        sizes = []  # as usual
    size = f"({','.join(map(str, sizes))})" if sizes else ""
    return f"{word}{size}{'[]' if column.array else ''}"


def default_words(default: Default) -> str:
    """A default: a text in quotes, SQL as it is; empty for none."""
    match default:
        case None:
            return ""
        case SqlText(text) | Computed(text):
            return text
        case bool():
            return str(default).lower()
        case str():
            return f'"{default}"'
        case _:
            return str(default)


def index_words(index: Index) -> str:
    """An index: ``index_songs_on_title (title), unique, where ...``."""
    parts = [f"{index.name} ({', '.join(index.columns)})"]
    if index.unique:
        parts.append("unique")
    if index.using is not None:
        parts.append(f"using {index.using}")
    if index.lengths:
        parts.append(", ".join(f"{size} of {name}" for name, size in index.lengths))
    if index.opclasses:
        parts.append(" ".join(index.opclasses))
    if index.include:
        parts.append(f"include {', '.join(index.include)}")
    if index.where is not None:
        parts.append(f"where {index.where}")
    return ", ".join(parts)


def key_words(key: ForeignKey) -> str:
    """A foreign key: ``artist_id -> artists, on delete cascade``."""
    to = f"{key.to_table}({', '.join(key.primary_key)})" if key.primary_key else key.to_table
    parts = [f"{', '.join(key.columns)} -> {to}"]
    for verb, action in (("delete", key.on_delete), ("update", key.on_update)):
        if action is not None:
            parts.append(f"on {verb} {action}")
    if not key.validated:
        parts.append("old rows not checked")
    return ", ".join(parts)


def constraint_words(constraint: Constraint) -> str:
    """A constraint by what it demands, and its name."""
    if constraint.kind is ConstraintKind.UNIQUE:
        return f"{constraint.name} ({', '.join(constraint.columns)})"
    return f"{constraint.name}: {constraint.expression or ''}"


def paint(text: str, colour: str, *, coloured: bool) -> str:
    """Put a text in colour where there is colour."""
    return f"{colour}{text}{PLAIN}" if coloured else text
