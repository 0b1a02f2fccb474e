"""Databases, where each is a file: made, renamed, removed, and who has them open."""

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from pwd import getpwuid
from tempfile import gettempdir

from analyzer.engines.sessions import Gateway, Session, Target
from analyzer.engines.sqlite.access.driver_session import FileSession
from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.model.recovery.other_session import OtherSession
from analyzer.model.schema.database_state import DatabaseSettings

_BESIDE = ("", "-journal", "-wal", "-shm")  # what SQLite keeps next to a file
_PROCESSES = Path("/proc")
_TRIAL = "scratch"  # what a name is asked for that nobody keeps
_ROOM = 200  # bytes of a file's name that are taken over into one of ours


class NoFileSession(FileSession):
    """A session with SQLite that is in no file."""

    def __init__(self, target: Target) -> None:
        self.target, self.place, self.way = target, target.database, "on this computer"
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.row_factory = sqlite3.Row


def maintenance(gateway: Gateway, apart_from: str) -> Session:
    """Open a session that is in no file."""
    del apart_from
    return NoFileSession(gateway.target)


def database_oid(session: Session, name: str) -> int | None:
    """Tell a file's number on its disk; None where there is none of this name."""
    del session
    try:
        return os.lstat(name).st_ino
    except FileNotFoundError:
        return None


def database_name(session: Session, oid: int) -> str | None:
    """A file is not found by its number."""
    del session, oid
    return None


def data_folder(session: Session) -> str | None:
    """Tell in which folder the file lies."""
    (found,) = session.rows("SELECT file FROM pragma_database_list WHERE name = 'main'")
    return str(Path(found["file"]).parent) if found["file"] else None


def without_owners(session: Session, settings: DatabaseSettings) -> DatabaseSettings:
    """A file's settings name nobody."""
    del session
    return settings


def create_database(session: Session, name: str, settings: DatabaseSettings) -> None:
    """Make an empty file where there is none, for this account alone.

    Raises:
        DatabaseError: it cannot be made.
    """
    del session, settings
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise DatabaseError(
            f"cannot make the file {name}",
            why=error.strerror or "",
            fix="name a file in a folder that exists and that this account may write to",
        ) from error


def finish_database(session: Session, name: str, settings: DatabaseSettings) -> None:
    """Let a file be read as SQLite makes it: by whom the account's own rules let."""
    del session, settings
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o644 & ~mask)


def rename_database(session: Session, old: str, new: str) -> None:
    """Give a file that nobody has open its name; none is written over.

    Raises:
        DatabaseError: the name is taken, or on another disk.
    """
    del session
    try:
        os.link(old, new)  # unlike a rename, it refuses a name that is taken
    except OSError as error:
        raise DatabaseError(
            f"cannot name the file {new}",
            why=error.strerror or "",
            fix="name another one: --into-new FILE",
        ) from error
    _remove(old)


def create_scratch(session: Session, name: str, encoding: str) -> None:
    """Make an empty file to try things in."""
    del encoding
    create_database(session, name, _NO_SETTINGS)


def create_roles(session: Session, names: Iterable[str]) -> None:
    """There are no roles."""
    del session, names


def drop_database(session: Session, name: str) -> None:
    """Remove a file of ours, and what SQLite keeps next to it."""
    del session
    _remove(name)


def drop_quietly(gateway: Gateway, name: str) -> None:
    """Remove a file of ours, if we may."""
    del gateway
    with suppress(OSError):
        _remove(name)


def _remove(name: str) -> None:
    for end in _BESIDE:
        Path(f"{name}{end}").unlink(missing_ok=True)


def temporary_name(name: str, purpose: str) -> str:
    """A file of ours for a while: beside another one, or among the temporary ones for a trial."""
    place = Path(name)
    if purpose == _TRIAL:
        place = Path(gettempdir()) / place.name
    return str(place.with_name(f"{shortened(place.name, 0)}.{purpose}-{secrets.token_hex(4)}"))


def shortened(name: str, tail: int) -> str:
    """The beginning of a name that leaves room for so many bytes."""
    return name.encode()[: _ROOM - tail].decode("utf-8", "ignore")


def other_sessions(session: Session, database: str) -> tuple[OtherSession, ...]:
    """List which other processes of this computer have the file open.

    Raises:
        EnvironmentToolError: the system does not tell, as on a network share it cannot.
    """
    del session
    try:
        wanted = Path(database).stat()
        processes = sorted(int(it.name) for it in _PROCESSES.iterdir() if it.name.isdigit())
    except OSError as error:
        raise EnvironmentToolError(
            "which processes have the file open cannot be seen on this system",
            why=error.strerror or "there is no /proc",
            fix="stop the application, and look yourself: lsof FILE",
        ) from error
    others = (pid for pid in processes if pid != os.getpid() and _has_open(pid, wanted))
    return tuple(_other(pid) for pid in others)


def _has_open(pid: int, wanted: os.stat_result) -> bool:
    return any(os.path.samestat(found, wanted) for found in _opened(pid))


def _opened(pid: int) -> Iterator[os.stat_result]:
    with suppress(OSError):  # it ended meanwhile, or is another account's
        for link in (_PROCESSES / str(pid) / "fd").iterdir():
            with suppress(OSError):
                yield link.stat()


def _other(pid: int) -> OtherSession:
    folder, user, program = _PROCESSES / str(pid), "", ""
    with suppress(OSError, KeyError):
        program = (folder / "comm").read_text("utf-8", "replace").strip()
        user = getpwuid(folder.stat().st_uid).pw_name
    return OtherSession(pid, user, program, "this computer", "has the file open")


_NO_SETTINGS = DatabaseSettings("", "", "", "", "", None, None, "", -1, None, (), ())
