"""The real command on a repository and a database, with a journal of the test's own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyzer.records import Struct, field
from tests.support.commands import warm
from tests.support.databases.servers import Database

ROOT = Path(__file__).resolve().parents[3]


class Ended(Struct, frozen=True, dict=True):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it delivered, read as JSON."""
        return json.loads(self.out)


class Place(Struct, frozen=True, dict=True):
    """Where commands run: a repository, a database, and a state folder."""

    repository: Path
    database: Database
    state: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(self, *args: str, **environment: str) -> subprocess.Popen[str]:
        """Start the command in a session of its own, without a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "analyzer", *args],
            cwd=self.repository,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=self._environment(environment),
        )

    def run(self, *args: str, **environment: str) -> Ended:
        """Run the command to its end."""
        done = warm.run_text([*args], self.repository, self._environment(environment))
        return Ended(done.returncode, done.stdout, done.stderr)

    def journal(self) -> list[dict[str, Any]]:
        """All entries, the oldest first."""
        path = self.state / "journal.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def states(self) -> list[str]:
        """The states that the journal tells, one after the other."""
        return [entry["state"] for entry in self.journal()]

    def rows(self, table: str = "schema_migrations") -> list[str]:
        """The stored versions, in order."""
        return sorted(row[0] for row in self.database.run(f"SELECT version FROM {table}"))

    def files(self) -> dict[str, bytes]:
        """All files below the repository's root but git's own, by path."""
        found = (path for path in sorted(self.repository.rglob("*")) if path.is_file())
        return {
            path.relative_to(self.repository).as_posix(): path.read_bytes()
            for path in found
            if ".git" not in path.parts
        }

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database.url,
            "MIGDOCTOR_STATE_DIR": str(self.state),
            "COLUMNS": "100",
        }
        return {**os.environ, **own, **self.environment, **more}


def ended(running: subprocess.Popen[str]) -> Ended:
    """Wait for a started command."""
    out, err = running.communicate(timeout=120)
    return Ended(running.returncode, out, err)
