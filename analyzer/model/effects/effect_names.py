"""Effects on types, extensions and what is known by name; ``line`` is one-based."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CreateEnum:
    """Create an enum type. Rails passes over one that is there with the same name."""

    name: str
    values: tuple[str, ...]
    line: int
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropEnum:
    """Drop an enum type; ``cascade``: and the columns of that type."""

    name: str
    line: int
    if_exists: bool = False
    values: tuple[str, ...] | None = None
    cascade: bool = False


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
class ChangeOther:
    """Change what no schema shows: rights, an owner, storage, a counter. ``what`` is the SQL."""

    what: str
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
    """Drop an object that is known by name; ``cascade``: and all that hangs on it."""

    kind: str
    name: str
    line: int
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameObject:
    """Give an object that is known by name another name."""

    kind: str
    old: str
    new: str
    line: int


NamedEffect = (
    ChangeOther
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
)
