"""Effects on rows. Each carries its ``line`` in the file, one-based."""

from dataclasses import dataclass
from enum import StrEnum


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
    TRUNCATE that empties the tables that refer to it as well. ``sets`` are what a model is told
    to set where these need not be columns (``update!(artist: ...)``); ``spares`` those of them, or
    of the columns, of which no value is overwritten: they are NULL in every row that is changed,
    or keep what they have.
    """

    table: str
    action: DataAction
    line: int
    columns: tuple[str, ...] = ()
    model: str | None = None
    or_table: str | None = None
    conflict: tuple[str, ...] | None = None
    cascade: bool = False
    sets: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadData:
    """Read rows of a table."""

    table: str
    line: int
    columns: tuple[str, ...] = ()
    model: str | None = None
    or_table: str | None = None


DataEffect = WriteData | ReadData
