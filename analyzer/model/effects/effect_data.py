"""Effects on rows. Each carries its ``line`` in the file, one-based."""

from enum import StrEnum

from analyzer.records import Struct


class DataAction(StrEnum):
    """What is done to rows."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"
    CHANGE = "change"  # something of these, the file does not say which


class OnConflict(Struct, frozen=True):
    """How an INSERT finds the rows that are there already; by any unique index if it says nothing.

    ``name`` is a constraint. ``plain``: the index is named by columns alone, without expressions
    and without a condition; ``whole``: all of its columns are known.
    """

    columns: tuple[str, ...] = ()
    name: str = ""
    plain: bool = True
    whole: bool = True


class WriteData(Struct, frozen=True):
    """Change rows of a table, by SQL or through ``model``.

    ``columns`` are those that are named as columns; ``or_table`` is a second candidate where
    a model's namespace may or may not be part of its table's name. ``conflict`` is None where a
    row that is there already makes it fail. ``cascade``: a TRUNCATE that empties the tables that
    refer to it as well. ``sets`` are what a model is told to set where these need not be columns
    (``update!(artist: ...)``); ``spares`` those of them, or of the columns, of which no value is
    overwritten: they are NULL in every row that is changed, or keep what they have.
    """

    table: str
    action: DataAction
    line: int
    columns: tuple[str, ...] = ()
    model: str | None = None
    or_table: str | None = None
    conflict: OnConflict | None = None
    cascade: bool = False
    sets: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()


class ReadData(Struct, frozen=True):
    """Read rows of a table."""

    table: str
    line: int
    columns: tuple[str, ...] = ()
    model: str | None = None
    or_table: str | None = None


DataEffect = WriteData | ReadData
