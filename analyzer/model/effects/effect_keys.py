"""Effects on indexes, keys and constraints. Each carries its ``line`` in the file, one-based."""

from analyzer.model.schema.schema import Constraint, ConstraintKind, ForeignKey, Index
from analyzer.records import Struct


class AddIndex(Struct, frozen=True):
    """Add an index; ``concurrently`` is refused inside a transaction.

    ``later`` is an option that some release which may run the file does not know yet.
    """

    table: str
    index: Index
    line: int
    if_not_exists: bool = False
    concurrently: bool = False
    later: str | None = None


class RemoveIndex(Struct, frozen=True):
    """Remove an index by its name or its columns; plain SQL does not say of which table (None).

    Of an expression, ``dialect`` is the release that the migration asks for, the oldest to run it;
    ``as_option``: it is given as ``column:``.
    """

    table: str | None
    line: int
    name: str | None = None
    columns: tuple[str, ...] | None = None
    if_exists: bool = False
    index: Index | None = None
    concurrently: bool = False
    dialect: tuple[int, int] | None = None
    as_option: bool = False


class RenameIndex(Struct, frozen=True):
    """Give an index another name."""

    table: str | None
    old: str
    new: str
    line: int


class AddForeignKey(Struct, frozen=True):
    """Add a foreign key. ``by_sql``: by plain SQL."""

    table: str
    key: ForeignKey
    line: int
    if_not_exists: bool = False
    by_sql: bool = False


class RemoveForeignKey(Struct, frozen=True):
    """Remove the foreign key that all given fields describe."""

    table: str
    line: int
    to_table: str | None = None
    column: str | None = None
    name: str | None = None
    if_exists: bool = False
    key: ForeignKey | None = None


class AddConstraint(Struct, frozen=True):
    """Add a check, unique or exclusion constraint; ``using_index`` is an index it takes over.

    ``validated``: existing rows must meet it. ``by_sql``: by plain SQL.
    """

    table: str
    constraint: Constraint
    line: int
    if_not_exists: bool = False
    using_index: str | None = None
    validated: bool = True
    by_sql: bool = False


class RemoveConstraint(Struct, frozen=True):
    """Remove a constraint by name; of what kind is None where plain SQL does not say."""

    table: str
    name: str
    line: int
    kind: ConstraintKind | None = None
    if_exists: bool = False
    constraint: Constraint | None = None
    cascade: bool = False


class ValidateConstraint(Struct, frozen=True):
    """Check existing rows against a constraint; without a name, the key that the rest describes.

    ``kind`` is what Rails looks for before it asks the database (``foreign key``); None for SQL.
    """

    table: str
    line: int
    name: str | None = None
    to_table: str | None = None
    column: str | None = None
    kind: str | None = None


KeyEffect = (
    AddIndex
    | RemoveIndex
    | RenameIndex
    | AddForeignKey
    | RemoveForeignKey
    | AddConstraint
    | RemoveConstraint
    | ValidateConstraint
)
