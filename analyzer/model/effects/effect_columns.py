"""Effects on columns. Each carries its ``line`` in the file, one-based."""

from analyzer.model.schema.schema import Column, Default
from analyzer.records import Struct


class AddColumn(Struct, frozen=True):
    """Add a column."""

    table: str
    column: Column
    line: int
    if_not_exists: bool = False
    primary_key: bool = False


class RemoveColumn(Struct, frozen=True):
    """Remove a column; ``column`` is its definition where the file repeats it.

    ``cascade``: and the views and foreign keys that hang on it. ``by_sql``: by plain SQL.
    """

    table: str
    name: str
    line: int
    if_exists: bool = False
    column: Column | None = None
    cascade: bool = False
    by_sql: bool = False


class RenameColumn(Struct, frozen=True):
    """Give a column another name. ``by_sql``: plain SQL, so that its indexes keep their names."""

    table: str
    old: str
    new: str
    line: int
    by_sql: bool = False
    long_names: bool = False


class ChangeColumn(Struct, frozen=True):
    """Give a column another type. Only the fields in ``given`` besides the type are changed.

    ``using``: the file says how old values become new ones.
    """

    table: str
    column: Column
    line: int
    given: frozenset[str] = frozenset()
    using: bool = False


class ChangeDefault(Struct, frozen=True):
    """Give a column another default; ``before`` is the old one where the file says it."""

    table: str
    column: str
    default: Default
    line: int
    before: Default = None
    reversible: bool = False


class ChangeNull(Struct, frozen=True):
    """Allow or forbid NULL; ``filled`` says that NULLs are replaced first."""

    table: str
    column: str
    null: bool
    line: int
    filled: bool = False


class ChangeColumnComment(Struct, frozen=True):
    """Set or remove a column's comment."""

    table: str
    column: str
    comment: str | None
    line: int


ColumnEffect = (
    AddColumn
    | RemoveColumn
    | RenameColumn
    | ChangeColumn
    | ChangeDefault
    | ChangeNull
    | ChangeColumnComment
)
