"""Files below a folder, reached through no link: what a path says is where it leads.

Each part of a path is opened below the one before, so that a folder that is swapped for a link
meanwhile leads nowhere. A pipe or a device is not read, as whoever reads it may wait for ever.
Source: openat(2), O_NOFOLLOW.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_below(root: Path, path: str, most: int = -1) -> bytes | None:
    """Read a regular file, or its first ``most`` bytes; None where none is reached.

    Raises:
        OSError: it is there and cannot be read.
    """
    with parent_of(root, path) as (folder, name):
        if folder is None:
            return None
        try:
            handle = os.open(name, _FILE, dir_fd=folder)
        except OSError:
            if _mode(folder, name) is None or not stat.S_ISREG(_mode(folder, name) or 0):
                return None
            raise
        with open(handle, "rb") as file:  # noqa: PTH123  a handle, not a path
            return file.read(most) if stat.S_ISREG(os.fstat(handle).st_mode) else None


def link_below(root: Path, path: str) -> str | None:
    """Where a link points to; None where there is none."""
    with parent_of(root, path) as (folder, name):
        if folder is None or not stat.S_ISLNK(_mode(folder, name) or 0):
            return None
        return os.readlink(name, dir_fd=folder)


def is_below(root: Path, path: str) -> bool:
    """Whether anything is at a path."""
    return mode_below(root, path) is not None


def mode_below(root: Path, path: str) -> int | None:
    """The mode of what is at a path; None where nothing is."""
    with parent_of(root, path) as (folder, name):
        return None if folder is None else _mode(folder, name)


def _mode(folder: int, name: str) -> int | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return None


@contextmanager
def parent_of(root: Path, path: str, *, making: bool = False) -> Iterator[tuple[int | None, str]]:
    """Open the folder that holds a path; yield it with the path's last part.

    Args: making: folders on the way that are not there are made.
    """
    *folders, name = path.split("/")
    handle: int | None = None
    if "\0" in path:  # nothing has such a name, and to ask for it is an error
        yield None, name
        return
    try:
        handle = _open(os.fspath(root), _FOLDER, None)
        for folder in folders:
            if handle is None:
                break
            if making:
                with suppress(OSError):  # it is there, or it cannot be opened either
                    os.mkdir(folder, dir_fd=handle)
            above, handle = handle, _open(folder, _FOLDER | os.O_NOFOLLOW, handle)
            os.close(above)
        yield handle, name
    finally:
        if handle is not None:
            os.close(handle)


def _open(path: str, flags: int, folder: int | None) -> int | None:
    try:
        return os.open(path, flags, dir_fd=folder)
    except OSError:
        return None
