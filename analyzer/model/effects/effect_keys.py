"""Effects on indexes, keys and constraints. Each carries its ``line`` in the file, one-based."""

from dataclasses import dataclass

from analyzer.model.schema.schema import Constraint, ConstraintKind, ForeignKey, Index


@dataclass(frozen=True, slots=True)
class AddIndex:
    """Add an index; ``concurrently`` is refused inside a transaction."""

    table: str
    index: Index
    line: int
    if_not_exists: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class RemoveIndex:
    """Remove an index by its name or its columns; plain SQL does not say of which table (None).

    Of an expression, ``rails`` is the version that the migration asks for, the least that runs it;
    ``as_option``: it is given as ``column:``.
    """

    table: str | None
    line: int
    name: str | None = None
    columns: tuple[str, ...] | None = None
    if_exists: bool = False
    index: Index | None = None
    concurrently: bool = False
    rails: tuple[int, int] | None = None
    as_option: bool = False


@dataclass(frozen=True, slots=True)
class RenameIndex:
    """Give an index another name."""

    table: str | None
    old: str
    new: str
    line: int


@dataclass(frozen=True, slots=True)
class AddForeignKey:
    """Add a foreign key."""

    table: str
    key: ForeignKey
    line: int
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class RemoveForeignKey:
    """Remove the foreign key that all given fields describe."""

    table: str
    line: int
    to_table: str | None = None
    column: str | None = None
    name: str | None = None
    if_exists: bool = False
    key: ForeignKey | None = None


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """Add a check, unique or exclusion constraint; ``using_index`` is an index it takes over.

    ``validated``: existing rows must meet it.
    """

    table: str
    constraint: Constraint
    line: int
    if_not_exists: bool = False
    using_index: str | None = None
    validated: bool = True


@dataclass(frozen=True, slots=True)
class RemoveConstraint:
    """Remove a constraint by name; of what kind is None where plain SQL does not say."""

    table: str
    name: str
    line: int
    kind: ConstraintKind | None = None
    if_exists: bool = False
    constraint: Constraint | None = None
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class ValidateConstraint:
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
