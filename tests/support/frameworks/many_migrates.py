"""Many real migrates, one Ruby process: starting Rails costs more than to migrate."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.records import Struct
from tests.support.frameworks.rails import demand_rails
from tests.support.frameworks.rails_in_use import ruby

_SCRIPT = Path(__file__).parents[1] / "rails_application" / "migrate_many.rb"


class Outcome(Struct, frozen=True):
    """What Rails did: the versions it ran, and the class and first line of what it raised."""

    ran: tuple[str, ...]
    error: str | None
    message: str


class Rails:
    """The process; it answers one question at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def migrate(self, folder: Path, url: str) -> Outcome:
        """Run all pending migrations of a folder, as db:migrate does."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps({"folder": str(folder), "url": url}) + "\n")
        asked.flush()
        answer = json.loads(told.readline())
        failure = answer["failure"] or {"error": None, "message": ""}
        return Outcome(tuple(answer["ran"]), failure["error"], failure["message"])


@contextmanager
def rails_process() -> Iterator[Rails]:
    """Start Rails; it ends with the block."""
    demand_rails()
    command = [*ruby(), str(_SCRIPT)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        yield Rails(process)
        assert process.stdin is not None
        process.stdin.close()
