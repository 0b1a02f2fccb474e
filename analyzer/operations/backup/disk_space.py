"""Whether there is room for a copy of a database: on this machine, and on the server's."""

import os
import subprocess
from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.model.recovery.checklist import Item, failed, passed, unknown

_LOCAL = ("", "localhost", "127.0.0.1", "::1")
_ROOM = 1.2  # a copy of the database, and what the server needs to build its indexes
_UNIT = 1024
_AVAILABLE = 3  # the column of df -P, counted from zero


def check_disk_space(gateway: Gateway, size: int, place: Path) -> Item:
    """Check that a backup fits here, and a second database fits on the server.

    Args:
        gateway: the database.
        size: of the database, in bytes.
        place: where files will be written.

    Raises:
        DatabaseError: the server cannot be asked.
    """
    needed = int(size * _ROOM)
    here, there = _free_here(place), _free_there(gateway)
    if here < size:
        return failed(
            "disk-space",
            f"{_in_words(here)} free in {place}, the database has {_in_words(size)}",
            why="a backup may not fit",
            fix="make space, or write the backup elsewhere: migdoctor backup -o FOLDER",
        )
    if there is None:
        return unknown(
            "disk-space",
            f"how much space the server's disk has; {_in_words(needed)} are needed",
            why="the server is not on this machine, or its folder cannot be asked",
            fix="df -h in the server's data folder, on its own machine",
        )
    if there < needed:
        return failed(
            "disk-space",
            f"{_in_words(there)} free on the server, {_in_words(needed)} are needed",
            why="the new database exists alongside the old one until the end",
            fix="make room on the server's disk",
        )
    return passed(
        "disk-space",
        f"{_in_words(there)} free on the server, {_in_words(here)} here; "
        f"{_in_words(needed)} needed",
    )


def _free_here(place: Path) -> int:
    about = os.statvfs(place)
    return about.f_bavail * about.f_frsize


def _free_there(gateway: Gateway) -> int | None:
    """Ask for the room on the disk of the server's data; None where that cannot be told."""
    with gateway.session() as session:
        folder = session.engine.databases.data_folder(session)
    if not folder:
        return None
    if gateway.prefix:
        return _free_through(gateway, folder)
    server = gateway.target.server
    local = server.rpartition(":")[0] in _LOCAL or "socket" in server
    return _free_here(Path(folder)) if local and Path(folder).exists() else None


def _free_through(gateway: Gateway, folder: str) -> int | None:
    done = subprocess.run(
        [*gateway.prefix, "df", "-Pk", folder],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
        env=gateway.call.environment(),
    )
    lines = done.stdout.splitlines()
    words = lines[-1].split() if len(lines) > 1 else []
    known = len(words) > _AVAILABLE and words[_AVAILABLE].isdigit()
    return int(words[_AVAILABLE]) * _UNIT if known else None


def _in_words(size: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < _UNIT:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= _UNIT
    return f"{size:.1f} TB"
