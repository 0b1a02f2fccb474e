"""A real MariaDB server for the tests, in a temporary folder of its own."""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pymysql
import pytest

from analyzer.records import Struct

_ROOT = "root"
OWN = ("schema_migrations", "ar_internal_metadata")
_PATIENCE = 60  # seconds until a server is there
_numbers = itertools.count(1)


class MysqlServer(Struct, frozen=True):
    """A running server that is reached through its socket, as root and without a password."""

    socket: Path

    def url(self, database: str, scheme: str = "mysql2") -> str:
        """A database's address."""
        return f"{scheme}://{_ROOT}@localhost/{database}?socket={quote(str(self.socket), safe='/')}"

    def run(self, statements: str, database: str | None = None) -> list[tuple[object, ...]]:
        """Run statements, one after the other; of the last one, return the rows."""
        connection = pymysql.connect(
            unix_socket=str(self.socket), user=_ROOT, database=database, autocommit=True
        )
        with connection, connection.cursor() as cursor:
            for statement in filter(None, map(str.strip, statements.split(";\n"))):
                cursor.execute(statement)
            return list(cursor.fetchall())


class MysqlDatabase(Struct, frozen=True):
    """One database of a server, made for one test."""

    server: MysqlServer
    name: str

    @property
    def url(self) -> str:
        """The database's address."""
        return self.server.url(self.name)

    def run(self, statements: str) -> list[tuple[object, ...]]:
        """Run statements; of the last one, return the rows."""
        return self.server.run(statements, self.name)

    def tables(self) -> dict[str, int]:
        """The application's tables, and how many rows each has."""
        found = self.run("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        names = [str(name) for name, _ in found if name not in OWN]
        return {it: int(str(self.run(f"SELECT count(*) FROM `{it}`")[0][0])) for it in names}


@contextmanager
def running_mariadb() -> Iterator[MysqlServer]:
    """Start Debian's server; the test is skipped where it is not installed, unless it is asked."""
    programs = {name: shutil.which(name) for name in ("mariadbd", "mariadb-install-db")}
    if None in programs.values():
        if "mariadb" in os.environ.get("MIGDOCTOR_REQUIRE", ""):
            pytest.fail("mariadb-server is not installed")
        pytest.skip("mariadb-server is not installed")
    with tempfile.TemporaryDirectory(prefix="migdoctor-mariadb-") as root:
        folder = Path(root)
        folder.chmod(0o755)
        os_user = ["--user=root"] if os.geteuid() == 0 else []
        data, place = folder / "data", folder / "sock"
        quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
        install = [
            str(programs["mariadb-install-db"]), "--no-defaults", f"--datadir={data}",
            "--auth-root-authentication-method=normal", "--skip-test-db", *os_user,
        ]  # fmt: skip
        subprocess.run(install, check=True, capture_output=True)
        command = [
            str(programs["mariadbd"]), "--no-defaults", f"--datadir={data}", f"--socket={place}",
            "--skip-networking", f"--pid-file={folder / 'pid'}", *quick, *os_user,
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            server = MysqlServer(place)
            _wait(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait(server: MysqlServer, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:  # the driver leaves one open that fails
            if probe.connect_ex(str(server.socket)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("mariadbd does not start")


@contextmanager
def fresh_mysql(server: MysqlServer) -> Iterator[MysqlDatabase]:
    """An empty database, dropped at the end."""
    name = f"songs_{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield MysqlDatabase(server, name)
    finally:
        server.run(f"DROP DATABASE {name}")
