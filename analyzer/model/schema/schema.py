"""A database schema as values: tables and types in full, the rest by name.

Types are the names that Rails uses in db/schema.rb (``string``, ``bigint``, ``datetime``);
a type that Rails has no name for keeps the database's own.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from analyzer.records import Struct, field, replace


class SqlText(Struct, frozen=True):
    """An expression that the database evaluates, such as ``gen_random_uuid()``."""

    text: str


class Computed(Struct, frozen=True):
    """A value that only a running program would know; ``text`` is how the file writes it."""

    text: str


Default = None | bool | int | float | str | SqlText | Computed
"""A column's default. A list or hash is the text that the database would hold, such as ``{}``."""


class Column(Struct, frozen=True):
    """One column. ``type`` is ``enum`` for a PostgreSQL enum, whose name is then ``enum_type``.

    ``limit`` counts bytes or characters as Rails does; ``generated`` is an expression.
    """

    name: str
    type: str
    null: bool = True
    default: Default = None
    limit: int | None = None
    precision: int | None = None
    scale: int | None = None
    array: bool = False
    comment: str | None = None
    collation: str | None = None
    enum_type: str | None = None
    generated: str | None = None


class Index(Struct, frozen=True):
    """One index. An expression index carries its expression as the one column.

    ``order`` is how files write it (``desc``, ``DESC NULLS LAST``), by column, where it is not the
    usual one; of an expression it is not read from the database. ``lengths``: how many characters
    of a column's value it knows, where these are not all (MySQL's prefixes).
    """

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    where: str | None = None
    using: str | None = None  # None for the database's usual kind (btree)
    include: tuple[str, ...] = ()
    opclasses: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    lengths: tuple[tuple[str, int], ...] = ()


class ForeignKey(Struct, frozen=True):
    """One foreign key. ``primary_key`` is empty where it is the other table's own key."""

    name: str
    columns: tuple[str, ...]
    to_table: str
    primary_key: tuple[str, ...] = ()
    on_delete: str | None = None  # cascade, nullify, restrict
    on_update: str | None = None
    validated: bool = True


class ConstraintKind(StrEnum):
    """What a table constraint forbids."""

    CHECK = "check"
    UNIQUE = "unique"
    EXCLUSION = "exclusion"


class Constraint(Struct, frozen=True):
    """One table constraint: an ``expression``, or the ``columns`` of a unique one.

    ``validated``: older rows meet it, too (not so after NOT VALID).
    """

    name: str
    kind: ConstraintKind
    expression: str | None = None
    columns: tuple[str, ...] = ()
    validated: bool = True


def usual_key(table: str) -> str:
    """The name that PostgreSQL gives a table's primary key."""
    return f"{table.rpartition('.')[2][:_LONGEST_PREFIX]}_pkey"


_LONGEST_PREFIX = 58  # what is left of 63 bytes


class Table(Struct, frozen=True):
    """One table. ``primary_key`` may be empty; a schema other than public is part of the name.

    ``key_name`` is the name of the primary key where it is not the usual one (songs_pkey).
    """

    name: str
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    comment: str | None = None
    key_name: str | None = None

    @property
    def key(self) -> str:
        """The name of the primary key, and of the index behind it, if there is one."""
        return self.key_name or usual_key(self.name)

    def column(self, name: str) -> Column | None:
        """Find a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    def index(self, name: str) -> Index | None:
        """Find an index by its name."""
        return next((index for index in self.indexes if index.name == name), None)

    def with_column(self, column: Column) -> "Table":
        """Give the table a column, in the place of one with the same name if it has one."""
        if self.column(column.name) is None:
            return replace(self, columns=(*self.columns, column))
        kept = (column if old.name == column.name else old for old in self.columns)
        return replace(self, columns=tuple(kept))


class EnumType(Struct, frozen=True):
    """A PostgreSQL enum type and its values in order."""

    name: str
    values: tuple[str, ...]


class NamedObject(Struct, frozen=True, order=True):
    """An object known by name only: a view, materialized_view, function, trigger, sequence ..."""

    kind: str
    name: str


class Schema(Struct, frozen=True):
    """All that a database holds besides its rows; ``version`` is what a schema file declares."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    enums: Mapping[str, EnumType] = field(default_factory=dict)
    extensions: frozenset[str] = frozenset()
    others: frozenset[NamedObject] = frozenset()
    version: int | None = None


def schema_of(
    tables: Iterable[Table],
    enums: Iterable[EnumType] = (),
    extensions: Iterable[str] = (),
    others: Iterable[NamedObject] = (),
    version: int | None = None,
) -> Schema:
    """Gather objects into a schema, tables and types in the order of their names."""
    return Schema(
        {table.name: table for table in sorted(tables, key=lambda table: table.name)},
        {enum.name: enum for enum in sorted(enums, key=lambda enum: enum.name)},
        frozenset(extensions),
        frozenset(others),
        version,
    )
