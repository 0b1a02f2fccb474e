"""Advice as it is printed, typed into a shell on a copy of repository and database."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg import sql

from analyzer.records import Struct
from tests.support.commands import warm
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

_ASKS = (
    "migdoctor rename-back --apply",
    "migdoctor rewrite --apply",
    "migdoctor rewrite --combined",
)
_NOT_CARRIED_OUT = ("migdoctor backup", "migdoctor rehearse", "migdoctor preflight")
_ROOT = Path(__file__).resolve().parents[3]


class Ended(Struct, frozen=True):
    """How a typed line ended."""

    line: str
    status: int
    out: str
    err: str


class Copy(Struct, frozen=True, dict=True):
    """A copy of a repository and a database to do things to."""

    repo: Repo
    database: Database
    home: Path

    def diagnosed(self) -> dict[str, Any]:
        """What diagnose says, as JSON, with its exit status."""
        ended = self.type("migdoctor diagnose --format json")
        assert ended.status in {0, 1}, ended
        return json.loads(ended.out) | {"status": ended.status}

    def planned(self) -> list[str]:
        """The commands of advise's plan."""
        ended = self.type("migdoctor advise --format json")
        assert ended.status in {0, 1}, ended
        return [step["command"] for step in json.loads(ended.out)["plan"]]

    def type(self, line: str) -> Ended:
        """Type one line into a shell, in the repository; --apply is answered with yes."""
        if line.startswith("migdoctor "):
            return self._migdoctor(line)
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.repo.path,
            env=self._environment(),
            text=True,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Ended(line, done.returncode, done.stdout, done.stderr)

    def follow(self, lines: list[str]) -> list[Ended]:
        """Type line after line, but for those that only copy or look."""
        return [self.type(line) for line in lines if not line.startswith(_NOT_CARRIED_OUT)]

    def rows_of(self) -> dict[str, int]:
        """How many rows each table of the application holds."""
        tables = self.database.run(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('schema_migrations', 'ar_internal_metadata')"
        )
        return {it: self.database.run(f'SELECT count(*) FROM "{it}"')[0][0] for (it,) in tables}

    def _migdoctor(self, line: str) -> Ended:
        """Run it to its end; what asks is told yes."""
        words, _, into = line.partition(" > ")
        typed = shlex.split(words.replace('"$DATABASE_URL"', shlex.quote(self.database.url)))[1:]
        if words.startswith(_ASKS):
            typed.append("--yes")
        done = warm.run_text(typed, self.repo.path, self._environment())
        if into:
            (self.repo.path / into).write_text(done.stdout)
        return Ended(line, done.returncode, done.stdout, done.stderr)

    def _environment(self) -> dict[str, str]:
        programs = f"{self.database.server.bin}{os.pathsep}{os.environ['PATH']}"
        return {
            **os.environ,
            "DATABASE_URL": self.database.url,
            "PATH": programs,
            "COLUMNS": "200",
            "XDG_STATE_HOME": str(self.home / "state"),
            "PYTHONPATH": str(_ROOT),
        }


@contextmanager
def copied(repo: Repo, database: Database) -> Iterator[Copy]:
    """A copy of both, gone with the block."""
    name = f"{database.name}_copy"
    with tempfile.TemporaryDirectory(prefix="migdoctor-law-") as home:
        folder = Path(home) / "app"
        shutil.copytree(repo.path, folder, symlinks=True)
        with database.server.connect() as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(database.name)
                )
            )
            try:
                yield Copy(Repo(folder), Database(database.server, name), Path(home))
            finally:
                connection.execute(drop)


RESTORES = re.compile(r"git checkout [0-9a-f]+ -- \S+")
