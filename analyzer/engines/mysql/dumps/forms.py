"""By what a file shows that MySQL's own programs wrote it."""

import re
from pathlib import Path

from analyzer.engines.ports.exports import UnreadableForm

_FIRST = re.compile(
    r"-- (?:MySQL|MariaDB) dump\b.*|/\*M?!\d*.*|/\*M!999999.*enable the sandbox mode.*",
    re.IGNORECASE,
)


def is_script(first: str) -> bool:
    """Whether a file whose first line with anything on it is this one is SQL to be read."""
    return _FIRST.fullmatch(first.strip()) is not None


def packed(head: bytes) -> UnreadableForm | None:
    """A dump of these programs is always text."""
    del head
    return None


def packed_folder(folder: Path) -> UnreadableForm | None:
    """No folder is a dump."""
    del folder
    return None


def packed_archive() -> UnreadableForm:
    """What a tar archive may be."""
    return UnreadableForm("a tar archive", "unpack it, and name the file in it")


def text_command() -> str:
    """The command for a dump that is text."""
    return "mariadb-dump --single-transaction DATABASE"


def rows_command(table: str) -> str:
    """The command for a dump of one table's rows."""
    return f"mariadb-dump --single-transaction --no-create-info DATABASE {table}"
