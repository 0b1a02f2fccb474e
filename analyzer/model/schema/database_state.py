"""What a database holds at one moment: structure, row counts, checksums, sequences, settings."""

import re
from enum import StrEnum

from analyzer.records import Struct

_QUOTE = '"'
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)*")


def table_label(schema: str, name: str) -> str:
    """Write schema and name, for messages and as a key: no two tables have the same.

    Where one of them holds a dot, both are quoted as in SQL. Where there are no schemas, the
    name stands alone.
    """
    if not schema:
        return name
    if "." in schema or "." in name:
        return ".".join(f'"{part.replace(_QUOTE, _QUOTE * 2)}"' for part in (schema, name))
    return f"{schema}.{name}"


class DatabaseIdentity(Struct, frozen=True):
    """Which database it is, however its address is written; ``system`` is pg_control's number.

    ``system`` is None where the role may not read it. ``server_version`` is PostgreSQL's number,
    150018 is 15.18.
    """

    database: str
    oid: int
    system: str | None
    server_version: int
    place: str  # host and port in words, without secrets

    def is_same(self, other: "DatabaseIdentity") -> bool:
        """Whether both are one database: the host's name is no proof, the identifiers are."""
        if self.system is not None and other.system is not None:
            return (self.system, self.oid) == (other.system, other.oid)
        return (self.database, self.oid, self.place) == (other.database, other.oid, other.place)

    @property
    def major(self) -> int:
        """PostgreSQL's major version."""
        return self.server_version // 10000


class DatabasePrivilege(StrEnum):
    """All that can be granted on a database."""

    CONNECT = "CONNECT"
    CREATE = "CREATE"
    TEMPORARY = "TEMPORARY"


class DatabaseGrant(Struct, frozen=True):
    """One privilege on a database; a grantee of None is PUBLIC."""

    privilege: DatabasePrivilege
    grantee: str | None
    grantable: bool


class DatabaseParameter(Struct, frozen=True):
    """A setting that ALTER DATABASE gave it, for all or for one role in it.

    ``value`` is as PostgreSQL stores it: that of a list holds its names quoted where need be.
    """

    name: str
    value: str
    role: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is not the name of a setting: it stands in a statement without quotes."""
        if not _SETTING.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not the name of a setting")


class DatabaseSettings(Struct, frozen=True):
    """What CREATE DATABASE and ALTER DATABASE gave it; all that a twin of it must have too."""

    owner: str
    encoding: str
    collate: str
    ctype: str
    provider: str  # c (libc), i (ICU) or b (built in)
    locale: str | None  # of the provider, where it is not libc
    rules: str | None  # of ICU, where there are any
    tablespace: str
    connection_limit: int
    comment: str | None
    grants: tuple[DatabaseGrant, ...]  # none where nobody ever granted or revoked anything
    parameters: tuple[DatabaseParameter, ...]


class ColumnState(Struct, frozen=True):
    """One column; ``kind`` is stored, generated, identity-always or identity-default."""

    name: str
    type: str  # as format_type spells it
    not_null: bool
    default: str | None
    kind: str = "stored"


class TableState(Struct, frozen=True):
    """One table, partitions counted with their root; the checksum is of the rows' content.

    ``rows`` and ``checksum`` are None where they were not taken. The checksum does not depend on
    the rows' order, nor on the columns'.
    """

    schema: str
    name: str
    columns: tuple[ColumnState, ...]
    partitioned: bool
    bytes: int  # on disk, without indexes
    rows: int | None = None
    checksum: str | None = None

    @property
    def label(self) -> str:
        """Schema and name, for messages and as a key."""
        return table_label(self.schema, self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """What a user may call it."""
        if not self.schema:
            return (self.name,)
        return self.label, f"{self.schema}.{self.name}", self.name


class SequenceState(Struct, frozen=True):
    """One sequence. ``owner`` is the column that it numbers, as schema.table.column, if any.

    ``highest`` is that column's furthest value in the sequence's direction, None without rows.
    """

    schema: str
    name: str
    last_value: int | None  # None: it was never used, or may not be read
    called: bool
    start: int
    increment: int
    owner: str | None = None
    highest: int | None = None

    @property
    def label(self) -> str:
        """Schema and name, for messages and as a key."""
        return table_label(self.schema, self.name)

    @property
    def next_value(self) -> int:
        """What nextval would return."""
        if self.last_value is None:
            return self.start
        return self.last_value + self.increment if self.called else self.last_value

    @property
    def is_behind(self) -> bool:
        """Whether the next value was given out already: the column holds it, or one beyond it."""
        if self.highest is None:
            return False
        if self.increment > 0:
            return self.next_value <= self.highest
        return self.next_value >= self.highest

    def is_further_than(self, other: "SequenceState") -> bool:
        """Whether it has given out more than another one; the direction is its own."""
        if self.increment > 0:
            return self.next_value > other.next_value
        return self.next_value < other.next_value


class StructureItem(Struct, frozen=True):
    """One thing of the catalogue: kind, name, and what it is, as PostgreSQL itself writes it."""

    kind: str
    name: str
    definition: str


class LargeObjects(Struct, frozen=True):
    """How many large objects there are, and the checksum of their content."""

    count: int
    checksum: str | None


class DatabaseState(Struct, frozen=True):
    """A database at one moment.

    ``versions`` are the applied versions as stored, None without a version table. ``probe`` is
    what this server makes of a known text: checksums of two servers compare only if it is equal.
    """

    taken_at: str  # UTC, ISO 8601
    identity: DatabaseIdentity
    settings: DatabaseSettings
    bytes: int
    probe: str
    versions: tuple[str, ...] | None
    tables: tuple[TableState, ...]
    sequences: tuple[SequenceState, ...]
    structure: tuple[StructureItem, ...]
    extensions: tuple[tuple[str, str], ...]  # name, version
    roles: tuple[str, ...]  # that own something here, or are granted something
    server_settings: tuple[tuple[str, str], ...]  # those that are not PostgreSQL's defaults
    large_objects: LargeObjects
    tools: tuple[tuple[str, str], ...] = ()  # program, version
