"""Entries for ``db/renames.toml`` as text."""

import re
import stat
from collections.abc import Iterable
from pathlib import Path

from analyzer.errors import RepositoryError, UsageError
from analyzer.sources.files.below import mode_below
from analyzer.workflow.reading.recorded import read_recorded


def demand_own_file(root: Path, path: str) -> None:
    """Insist that the record is a file of its own, or not there yet.

    Raises:
        RepositoryError: it is a link or no file.
    """
    mode = mode_below(root, path)
    if mode is None or stat.S_ISREG(mode):
        return
    raise RepositoryError(
        f"{path} is a link or no file",
        why="the entry would be written somewhere else; nothing was written",
        fix="replace it with a regular file",
    )


def appended(text: bytes, renames: Iterable[tuple[str, str]], reason: str, path: str) -> bytes:
    """The record with entries at its end; what is there stays byte for byte.

    Args: renames: old and new names, as a record has them.

    Raises:
        UsageError: it could not be read afterwards.
    """
    gap = b"" if not text else b"\n" if text.endswith(b"\n") else b"\n\n"
    entries = (_entry(old, new, reason) for old, new in renames)
    made = text + gap + "\n".join(entries).encode()
    try:
        read_recorded(lambda _: made, path)
    except UsageError as error:
        raise UsageError(
            f"{path} cannot take an entry at its end",
            why=f"it would not be readable afterwards: {error.what}; nothing was written",
            fix="write its entries as [[rename]] tables",
        ) from error
    return made


def _entry(old: str, new: str, reason: str) -> str:
    said = (f"{name} = {_quoted(text)}\n" for name, text in (("old", old), ("new", new)))
    return f"[[rename]]\n{''.join(said)}reason = {_quoted(reason)}\n"


def _quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda it: f"\\u{ord(it[0]):04x}", safe) + '"'
