"""A journal's lines: appended whole, one run after the other, and on the disk before we go on."""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def append_line(path: Path, document: Mapping[str, Any]) -> None:
    """Append a JSON document as one line, and return once the disk has it.

    Raises:
        OSError: it cannot be written.
    """
    line = json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "rb+", buffering=0) as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)  # two runs at once write one after the other
        write_all(journal.fileno(), _closed_off(journal.fileno()) + line.encode())
        os.fsync(journal.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the folder's own entries on the disk, so that a new file is found after a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, content: bytes) -> None:
    """Write to the last byte, however few go at once."""
    while content:
        content = content[os.write(handle, content) :]


def _closed_off(handle: int) -> bytes:
    """A line feed where a run that was cut off left a line without its end."""
    size = os.fstat(handle).st_size
    return b"\n" if size and os.pread(handle, 1, size - 1) != b"\n" else b""
