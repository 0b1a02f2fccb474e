"""The forms in which pg_dump writes, how each is told, and the commands that people type."""

import re
from pathlib import Path

from analyzer.engines.ports.exports import UnreadableForm

_SCRIPT = re.compile(
    r"--(\s|$)|/\*|\\[a-z]+\s"
    r"|(set|copy|insert|create|alter|drop|begin|start|select|comment|truncate|delete|do|grant)\b",
    re.IGNORECASE,
)
_CUSTOM = b"PGDMP"
_RESTORE = "pg_restore --file=rows.sql --data-only --table=schema_migrations"


def is_script(first: str) -> bool:
    """Whether a file that begins with this line is SQL, with psql's commands perhaps."""
    return _SCRIPT.match(first) is not None


def packed(head: bytes) -> UnreadableForm | None:
    """The custom format."""
    if not head.startswith(_CUSTOM):
        return None
    return UnreadableForm(
        "is a dump in pg_dump's custom format",
        f"turn it into text with `{_RESTORE} DUMP`, and pass --rows rows.sql",
    )


def packed_folder(folder: Path) -> UnreadableForm | None:
    """The directory format."""
    if not (folder / "toc.dat").exists():
        return None
    return UnreadableForm(
        "is a dump in pg_dump's directory format",
        f"turn it into text with `{_RESTORE} {folder}`, and pass --rows rows.sql",
    )


def packed_archive() -> UnreadableForm:
    """The tar format."""
    return UnreadableForm(
        "is a tar archive, perhaps a dump in pg_dump's tar format",
        f"turn a dump into text with `{_RESTORE} DUMP`, and pass --rows rows.sql",
    )


def text_command() -> str:
    """The command for a dump that is text."""
    return "pg_dump --format=plain"


def rows_command(table: str) -> str:
    """The command for a dump of one table's rows."""
    return f"pg_dump --data-only --table={table} DATABASE"
