"""Files that run whenever their text changes, beside the migrations, which run once."""

from collections.abc import Callable, Sequence

from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.records import Struct


class Repeats(Struct, frozen=True):
    """Those that the next run starts after all else, in its order, and why it refuses, if so."""

    starts: tuple[MigrationFile, ...] = ()
    refuses: str = ""


Repeating = Callable[[FileSet, Sequence[TableRow], Callable[[str], bytes]], Repeats]
"""Finds them. Args: files, all rows, and what reads a content by its id."""
