"""The project's own migrate command, run in a copy and on a scratch database."""

import os
import signal
import subprocess
from pathlib import Path

from analyzer.operations.user_commands import SHELL, command_environment
from analyzer.records import Struct
from analyzer.sources.files.bounded import read_end
from analyzer.sources.files.private_files import open_private

_KEPT_LINES = 40  # of what it printed last


class CommandRun(Struct, frozen=True):
    """How a command ended: its exit status, and the last lines of what it printed."""

    command: str
    status: int
    output: str


def run_migrate(command: str, folder: Path, url: str, log: Path) -> CommandRun:
    """Run a command as the user typed it, with DATABASE_URL set to the scratch database.

    No variable of libpq or of a running Spring server leads back to the real one.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept = {name: value for name, value in kept.items() if not name.endswith("_DATABASE_URL")}
    environment = {**kept, "DATABASE_URL": url, "DISABLE_SPRING": "1", "PWD": str(folder)}
    with open_private(log) as said:
        running = subprocess.Popen(
            SHELL,
            cwd=folder,
            env=command_environment(command, environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            status = running.wait()
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL)  # it works on a copy: nothing is lost
            running.wait()
            raise
    lines = read_end(log).splitlines()
    return CommandRun(command, status, "\n".join(lines[-_KEPT_LINES:]))
