"""Effects on types, extensions and what is known by name; ``line`` is one-based."""

from analyzer.records import Struct


class CreateEnum(Struct, frozen=True):
    """Create an enum type. Rails passes over one that is there with the same name."""

    name: str
    values: tuple[str, ...]
    line: int
    if_not_exists: bool = False


class DropEnum(Struct, frozen=True):
    """Drop an enum type; ``cascade``: and the columns of that type."""

    name: str
    line: int
    if_exists: bool = False
    values: tuple[str, ...] | None = None
    cascade: bool = False


class RenameEnum(Struct, frozen=True):
    """Give an enum type another name."""

    old: str
    new: str
    line: int


class AddEnumValue(Struct, frozen=True):
    """Add a value to an enum type, before or after another one or at the end."""

    name: str
    value: str
    line: int
    before: str | None = None
    after: str | None = None
    if_not_exists: bool = False


class RenameEnumValue(Struct, frozen=True):
    """Give a value of an enum type another name."""

    name: str
    old: str
    new: str
    line: int


class ChangeOther(Struct, frozen=True):
    """Change what no schema shows: rights, an owner, storage, a counter. ``what`` is the SQL."""

    what: str
    line: int


class EnableExtension(Struct, frozen=True):
    """Enable a PostgreSQL extension; one that is enabled already is no error."""

    name: str
    line: int


class DisableExtension(Struct, frozen=True):
    """Disable a PostgreSQL extension."""

    name: str
    line: int


class CreateObject(Struct, frozen=True):
    """Create a view, function, trigger, sequence, schema or the like, which needs some tables.

    ``file`` is where the SQL of a view stands, counted from the application's root, if it has one.
    """

    kind: str
    name: str
    line: int
    needs: tuple[str, ...] = ()
    or_replace: bool = False
    if_not_exists: bool = False
    file: str | None = None


class DropObject(Struct, frozen=True):
    """Drop an object that is known by name; ``cascade``: and all that depends on it."""

    kind: str
    name: str
    line: int
    if_exists: bool = False
    cascade: bool = False


class RenameObject(Struct, frozen=True):
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
