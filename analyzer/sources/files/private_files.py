"""Files that hold commands, or rows of a database: nobody but their owner may read them."""

import os
from pathlib import Path
from typing import BinaryIO

IGNORING = ".gitignore"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


def open_private(path: Path, *, append: bool = False) -> BinaryIO:
    """Open a file for writing, of mode 600 whatever it was before; what it held is replaced.

    Raises:
        OSError: it cannot be written, or is a symbolic link.
    """
    handle = os.open(path, _FLAGS | (os.O_APPEND if append else os.O_TRUNC), 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "ab" if append else "wb")


def write_private(path: Path, text: str) -> None:
    """Write a whole file of mode 600. Raises OSError as `open_private`."""
    with open_private(path) as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def private_folder(path: Path) -> None:
    """Make a folder of mode 700, and those above it; one that is there stays as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def keep_from_git(folder: Path) -> None:
    """Let git pass a folder over wherever it lies: ``git add -A`` must not take rows of a database.

    The ignore file is the folder's own; none of the repository's is touched. Raises OSError.
    """
    write_private(folder / IGNORING, "*\n")
