"""PostgreSQL's own programs: where they are, and pg_dump, pg_restore and psql run as they need."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.operations.scratch_postgres import wheel_programs
from analyzer.sources.connection import Address

MAJOR = 10_000  # PostgreSQL's version numbers, from 10 on: 150018 is 15.18
_PLACES = (
    "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
)  # fmt: skip
_VERSION = re.compile(rb"\(PostgreSQL\) (\d+)")
_ERROR = re.compile(r"^psql:[^\n]*?: (?:ERROR|FATAL): +(?:[0-9A-Z]{5}: )?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with pg_dump, pg_restore and psql, all of one major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Where one of them is."""
        return str(self.folder / name)


def find_programs(server_version: int) -> Programs:
    """Find the oldest programs that are not older than a server: pg_dump refuses a newer one.

    Args:
        server_version: PostgreSQL's number, such as 150018.

    Raises:
        EnvironmentToolError: there are none.
    """
    wanted = server_version // MAJOR
    suitable = [programs for programs in _installed() if programs.major >= wanted]
    if suitable:
        return min(suitable, key=lambda programs: programs.major)
    raise EnvironmentToolError(
        f"no pg_dump that can read a PostgreSQL {wanted} server was found",
        why="pg_dump refuses servers that are newer than itself",
        fix=f"install the client programs of PostgreSQL {wanted}, or run them elsewhere with "
        "--exec, or pass a dump that was made elsewhere: --dump FILE",
    )


@cache
def _installed() -> tuple[Programs, ...]:
    return tuple(_look())


def _look() -> Iterator[Programs]:
    on_path = shutil.which("pg_dump")
    folders = [Path(on_path).parent] if on_path else []
    for pattern in _PLACES:
        folders += sorted(Path("/").glob(pattern.removeprefix("/")))
    wheel = wheel_programs()
    folders += [wheel] if wheel is not None else []
    for folder in folders:
        if not all((folder / name).exists() for name in ("pg_dump", "pg_restore", "psql")):
            continue
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, check=False)
        version = _VERSION.search(said.stdout)
        if version:
            yield Programs(folder, int(version[1]))


def connection_words(address: Address) -> tuple[list[str], Mapping[str, str]]:
    """Write an address for one of the programs: arguments without secrets, and the environment."""
    password = address.secrets.get("password")
    secret = {"PGPASSWORD": password.reveal()} if password else {}
    named = address.public_conninfo()
    return (["--dbname", named] if named else []), {**os.environ, **secret, "LC_ALL": "C"}


def dump_into(
    command: Sequence[str], environment: Mapping[str, str], into: Path, address: Address
) -> None:
    """Run a dumping program, and append what it prints to a file.

    Raises:
        EnvironmentToolError: it is not there.
        DatabaseError: it failed; its own words are told, without secrets.
    """
    try:
        with into.open("ab") as file:
            done = subprocess.run(
                command, stdout=file, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                env=environment, check=False,
            )  # fmt: skip
    except OSError as error:
        raise EnvironmentToolError(
            f"cannot run {command[0]}",
            why=os.strerror(error.errno or 0),
            fix="install it, or correct --exec",
        ) from error
    if done.returncode:
        said = address.redact(done.stderr.decode("utf-8", "replace")).strip()
        raise DatabaseError(
            "the database could not be dumped",
            why=_telling_line(said) if said else f"status {done.returncode}",
            fix="mend what it says, or pass a dump that was made elsewhere: --dump FILE",
        )


def _telling_line(said: str) -> str:
    """What went wrong, not the query that pg_dump tells after it."""
    lines = said.splitlines()
    return next((line for line in lines if "error: " in line), lines[-1])


def load(programs: Programs, script: Path, address: Address) -> list[str]:
    """Run an SQL file in a database with psql, on past errors; return what went wrong.

    Raises:
        EnvironmentToolError: psql does not run, or cannot connect.
    """
    words, environment = connection_words(address)
    done = subprocess.run(
        [programs.path("psql"), "-X", "-q", "-w", *words, "-f", str(script)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=environment, check=False,
    )  # fmt: skip
    said = address.redact(done.stderr.decode("utf-8", "replace"))
    if done.returncode:
        raise EnvironmentToolError(
            "the copy could not be loaded",
            why=said.strip().splitlines()[-1] if said.strip() else "psql said nothing",
            fix="check the address of the scratch database",
        )
    return [text.strip() for text in _ERROR.findall(said)]
