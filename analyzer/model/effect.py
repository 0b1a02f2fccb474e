"""Effects: what a migration does when it runs up, one value per operation, fit to be replayed.

Every effect carries its ``line`` in the file (one-based). What cannot be known is ``Opaque``,
never left out.
Objects that an effect touches are named in ``analyzer.model.objects``.
"""

from dataclasses import dataclass
from enum import StrEnum

from analyzer.model.condition import AllOf, Condition, negated
from analyzer.model.schema import (
    Column,
    Constraint,
    ConstraintKind,
    Default,
    ForeignKey,
    Index,
    Table,
)

# Tables


@dataclass(frozen=True, slots=True)
class CreateTable:
    """Create a table with all that its block declares; ``force`` drops one of that name first.

    ``cascade``: and with it the foreign keys and views that hang on it.
    ``query`` is the SELECT of a CREATE TABLE AS, whose columns are then not known; ``like`` are
    tables whose columns it takes over (LIKE, INHERITS, PARTITION OF).
    """

    table: Table
    line: int
    if_not_exists: bool = False
    force: bool = False
    temporary: bool = False
    query: str | None = None
    like: tuple[str, ...] = ()
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class DropTable:
    """Drop a table; ``table`` is its definition where the file repeats it, for the way back."""

    name: str
    line: int
    if_exists: bool = False
    cascade: bool = False
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class RenameTable:
    """Give a table another name. ``by_sql``: plain SQL, so that nothing else is renamed along."""

    old: str
    new: str
    line: int
    by_sql: bool = False
    long_names: bool = False  # follows the index naming of Rails before 7.1


@dataclass(frozen=True, slots=True)
class ChangeTableComment:
    """Set or remove a table's comment."""

    table: str
    comment: str | None
    line: int


@dataclass(frozen=True, slots=True)
class AddPrimaryKey:
    """Make columns the table's primary key."""

    table: str
    columns: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class RemovePrimaryKey:
    """Take the table's primary key away; its columns stay."""

    table: str
    line: int
    constraint: str | None = None


# Columns


@dataclass(frozen=True, slots=True)
class AddColumn:
    """Add a column."""

    table: str
    column: Column
    line: int
    if_not_exists: bool = False
    primary_key: bool = False


@dataclass(frozen=True, slots=True)
class RemoveColumn:
    """Remove a column; ``column`` is its definition where the file repeats it."""

    table: str
    name: str
    line: int
    if_exists: bool = False
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """Give a column another name. ``by_sql``: plain SQL, so that its indexes keep their names."""

    table: str
    old: str
    new: str
    line: int
    by_sql: bool = False
    long_names: bool = False


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """Give a column another type. Only the fields in ``given`` besides the type are changed.

    ``using``: the file says how old values become new ones.
    """

    table: str
    column: Column
    line: int
    given: frozenset[str] = frozenset()
    using: bool = False


@dataclass(frozen=True, slots=True)
class ChangeDefault:
    """Give a column another default; ``before`` is the old one where the file says it."""

    table: str
    column: str
    default: Default
    line: int
    before: Default = None
    reversible: bool = False


@dataclass(frozen=True, slots=True)
class ChangeNull:
    """Allow or forbid NULL; ``filled`` says that NULLs are replaced first."""

    table: str
    column: str
    null: bool
    line: int
    filled: bool = False


@dataclass(frozen=True, slots=True)
class ChangeColumnComment:
    """Set or remove a column's comment."""

    table: str
    column: str
    comment: str | None
    line: int


# Indexes, keys and constraints


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
    """Remove an index by its name or its columns; plain SQL does not say of which table (None)."""

    table: str | None
    line: int
    name: str | None = None
    columns: tuple[str, ...] | None = None
    if_exists: bool = False
    index: Index | None = None
    concurrently: bool = False


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


@dataclass(frozen=True, slots=True)
class ValidateConstraint:
    """Check existing rows against a constraint; without a name, the key to ``to_table``."""

    table: str
    line: int
    name: str | None = None
    to_table: str | None = None


# Types, extensions and what is known by name


@dataclass(frozen=True, slots=True)
class CreateEnum:
    """Create an enum type. Rails passes over one that is there with the same name."""

    name: str
    values: tuple[str, ...]
    line: int
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropEnum:
    """Drop an enum type."""

    name: str
    line: int
    if_exists: bool = False
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RenameEnum:
    """Give an enum type another name."""

    old: str
    new: str
    line: int


@dataclass(frozen=True, slots=True)
class AddEnumValue:
    """Add a value to an enum type, before or after another one or at the end."""

    name: str
    value: str
    line: int
    before: str | None = None
    after: str | None = None
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameEnumValue:
    """Give a value of an enum type another name."""

    name: str
    old: str
    new: str
    line: int


@dataclass(frozen=True, slots=True)
class EnableExtension:
    """Enable a PostgreSQL extension; one that is enabled already is no error."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class DisableExtension:
    """Disable a PostgreSQL extension."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class CreateObject:
    """Create a view, function, trigger, sequence, schema or the like, which needs some tables."""

    kind: str
    name: str
    line: int
    needs: tuple[str, ...] = ()
    or_replace: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropObject:
    """Drop an object that is known by name."""

    kind: str
    name: str
    line: int
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameObject:
    """Give an object that is known by name another name."""

    kind: str
    old: str
    new: str
    line: int


# Data


class DataAction(StrEnum):
    """What is done to rows."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"
    CHANGE = "change"  # something of these, the file does not say which


@dataclass(frozen=True, slots=True)
class WriteData:
    """Change rows of a table, by SQL or through ``model``.

    ``columns`` are those that are named as columns; ``or_table`` is a second candidate where
    a model's namespace may or may not be part of its table's name. ``conflict`` are the columns of
    an ON CONFLICT, empty where it names none; None where there is no such clause. ``cascade``: a
    TRUNCATE that empties the tables that refer to it as well.
    """

    table: str
    action: DataAction
    line: int
    columns: tuple[str, ...] = ()
    model: str | None = None
    or_table: str | None = None
    conflict: tuple[str, ...] | None = None
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class ReadData:
    """Read rows of a table."""

    table: str
    line: int
    columns: tuple[str, ...] = ()
    model: str | None = None
    or_table: str | None = None


# The rest


@dataclass(frozen=True, slots=True)
class RunMigration:
    """Run another migration's class, up or down (``revert Other``, ``Other.new.up``)."""

    class_name: str
    up: bool
    line: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that cannot be known without running it: its text, and why."""

    text: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the file asks at one place, and the answer that leads to an effect.

    All effects that hang on one question carry the same ``number``: it is asked once, before the
    first of them.
    """

    condition: Condition
    number: int
    answer: bool = True


@dataclass(frozen=True, slots=True)
class Guarded:
    """An effect that happens only where all of its questions get the answer that leads to it.

    ``likely`` is what to assume where one cannot be decided; ``rescued`` says that the file
    catches the error if the effect fails.
    """

    effect: "PlainEffect"
    asked: tuple[Asked, ...]
    line: int
    likely: bool = True
    rescued: bool = False

    @property
    def condition(self) -> Condition:
        """All questions and answers as one condition."""
        parts = tuple(it.condition if it.answer else negated(it.condition) for it in self.asked)
        return parts[0] if len(parts) == 1 else AllOf(parts)


PlainEffect = (
    CreateTable
    | DropTable
    | RenameTable
    | ChangeTableComment
    | AddPrimaryKey
    | RemovePrimaryKey
    | AddColumn
    | RemoveColumn
    | RenameColumn
    | ChangeColumn
    | ChangeDefault
    | ChangeNull
    | ChangeColumnComment
    | AddIndex
    | RemoveIndex
    | RenameIndex
    | AddForeignKey
    | RemoveForeignKey
    | AddConstraint
    | RemoveConstraint
    | ValidateConstraint
    | CreateEnum
    | DropEnum
    | RenameEnum
    | AddEnumValue
    | RenameEnumValue
    | EnableExtension
    | DisableExtension
    | CreateObject
    | DropObject
    | RenameObject
    | WriteData
    | ReadData
    | RunMigration
    | Opaque
)
Effect = PlainEffect | Guarded


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be read, with its line."""

    what: str
    line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read out of one migration file.

    ``rails`` is the version in ``ActiveRecord::Migration[7.1]``, None for a legacy class;
    ``down`` is None where the file has no code of its own for it; ``defines`` are the names of all
    classes and modules in the file.
    """

    effects: tuple[Effect, ...]
    class_name: str | None = None
    superclass: str | None = None
    rails: tuple[int, int] | None = None
    class_line: int | None = None
    ddl_transaction: bool = True
    down: tuple[Effect, ...] | None = None
    problems: tuple[Problem, ...] = ()
    defines: frozenset[str] = frozenset()
