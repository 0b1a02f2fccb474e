"""The user's cache folder: private, bounded, and never a reason to fail.

Files are written whole beside their place and then moved into it, so that two runs at once, or a
run that is killed, leave either the old file or the new one. What belongs to somebody else, or
could have been written by somebody else, is not read.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from analyzer.records import Struct
from analyzer.sources.files.user_folders import user_folder

MOST_BYTES = 256 << 20  # of the whole folder, and of one file
MOST_DAYS = 90  # since a file was last used
_DAY = 86400
_UNFINISHED = ".part"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class CacheFolder(Struct, frozen=True):
    """A folder of our own; it is made when something is first written."""

    path: Path

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO | None]:
        """Open a file for reading; None where there is none that is ours alone."""
        try:
            handle = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            yield None
            return
        if not _is_sound(os.fstat(handle)):
            os.close(handle)
            yield None
            return
        with suppress(OSError):
            os.utime(handle)  # it is in use
        with os.fdopen(handle, "rb") as file:
            yield file

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Put a file in place, whole or not at all."""
        unfinished = self.path / f"{name}.{os.getpid()}.{time.monotonic_ns()}{_UNFINISHED}"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
                file.writelines(parts)
            unfinished.replace(self.path / name)
            self.trim()
        except OSError:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove what was not used for long, what a killed run left, and the oldest if too much."""
        now, total = time.time(), 0
        for used, size, path in sorted(self._files(), reverse=True):
            total += size
            days = (now - used) / _DAY
            unfinished = path.name.endswith(_UNFINISHED)
            if total > MOST_BYTES or days > (1 if unfinished else MOST_DAYS):
                with suppress(OSError):
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                with suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(about.st_mode):
                        yield about.st_mtime, about.st_size, Path(entry.path)


def find_cache_folder(*, outside: Sequence[Path]) -> CacheFolder | None:
    """The user's cache folder; None where it is not the user's own, or lies within ``outside``."""
    path = user_folder("cache")
    if not path.is_absolute():  # there is no home
        return None
    real = Path(os.path.realpath(path))
    if any(real.is_relative_to(os.path.realpath(place)) for place in outside):
        return None
    return CacheFolder(real) if _is_trusted(real) else None


def _is_trusted(path: Path) -> bool:
    """Whether the folder, or the nearest one above that exists, is ours to write in."""
    try:
        about = next(place for place in (path, *path.parents) if place.exists()).stat()
    except (OSError, StopIteration):
        return False
    private = stat.S_ISDIR(about.st_mode) and not about.st_mode & stat.S_IWOTH
    return private and about.st_uid == os.geteuid()


def _is_sound(about: os.stat_result) -> bool:
    """Whether a file is one that only we can have written, and of a size that can be read."""
    ours = about.st_uid == os.geteuid() and not about.st_mode & _OTHERS_MAY_WRITE
    return ours and stat.S_ISREG(about.st_mode) and about.st_size <= MOST_BYTES
