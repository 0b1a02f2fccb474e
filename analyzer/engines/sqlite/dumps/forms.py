"""By what a file shows that SQLite's own programs wrote it."""

import re
from pathlib import Path

from analyzer.engines.ports.exports import UnreadableForm

_MAGIC = b"SQLite format 3\0"
_FIRST = re.compile(r"PRAGMA foreign_keys *= *OFF;|BEGIN TRANSACTION;", re.IGNORECASE)


def is_script(first: str) -> bool:
    """Whether a file whose first line with anything on it is this one is SQL to be read."""
    return _FIRST.fullmatch(first.strip()) is not None


def packed(head: bytes) -> UnreadableForm | None:
    """The form of a file that begins so: a database itself."""
    if not head.startswith(_MAGIC):
        return None
    return UnreadableForm(
        "is an SQLite database itself",
        "name it as one: --database-url sqlite3:FILE",
    )


def packed_folder(folder: Path) -> UnreadableForm | None:
    """No folder is a dump."""
    del folder
    return None


def packed_archive() -> UnreadableForm:
    """What a tar archive may be."""
    return UnreadableForm("is a tar archive", "unpack it, and name the file in it")


def text_command() -> str:
    """The command for a dump that is text."""
    return "sqlite3 DATABASE .dump"


def rows_command(table: str) -> str:
    """The command for a dump of one table's rows."""
    return f"sqlite3 DATABASE '.dump {table}'"
