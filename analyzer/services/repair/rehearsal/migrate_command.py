"""The project's own migrate command, run in a copy and on a scratch database."""

import os
import signal
import subprocess
import time
from pathlib import Path

from analyzer.operations.user_commands import SHELL, command_environment
from analyzer.records import Struct
from analyzer.services.repair.rehearsal.decoy import Decoy
from analyzer.sources.files.bounded import read_end
from analyzer.sources.files.private_files import open_private

_KEPT_LINES = 40  # of what it printed last
_LONGEST = 120  # seconds that a command which only looks may take to connect
_OFTEN = 0.02  # seconds between two looks at whether it did


class CommandRun(Struct, frozen=True):
    """How a command ended: its exit status, and the last lines of what it printed."""

    command: str
    status: int
    output: str


def run_migrate(command: str, folder: Path, url: str, log: Path) -> CommandRun:
    """Run a command as the user typed it, with DATABASE_URL set to the scratch database."""
    running = _started(command, folder, url, log)
    try:
        status = running.wait()
    except BaseException:
        _end(running)  # it works on a copy: nothing is lost
        raise
    return CommandRun(command, status, _last_lines(log))


def run_until_met(command: str, folder: Path, decoy: Decoy, log: Path) -> tuple[bool, CommandRun]:
    """Run a command that only looks until it asks the decoy; tell whether it did."""
    running = _started(command, folder, decoy.url, log)
    try:
        until = time.monotonic() + _LONGEST
        met = decoy.met()
        while not met and running.poll() is None and time.monotonic() < until:
            time.sleep(_OFTEN)
            met = decoy.met()
        met = met or decoy.met()  # it may have ended between two looks
    finally:
        if running.poll() is None:
            _end(running)
    return met, CommandRun(command, running.returncode, _last_lines(log))


def _started(command: str, folder: Path, url: str, log: Path) -> "subprocess.Popen[bytes]":
    """No variable of libpq or of a running Spring server leads back to the real one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept = {name: value for name, value in kept.items() if not name.endswith("_DATABASE_URL")}
    environment = {**kept, "DATABASE_URL": url, "DISABLE_SPRING": "1", "PWD": str(folder)}
    with open_private(log) as said:
        return subprocess.Popen(
            SHELL,
            cwd=folder,
            env=command_environment(command, environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _end(running: "subprocess.Popen[bytes]") -> None:
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _last_lines(log: Path) -> str:
    return "\n".join(read_end(log).splitlines()[-_KEPT_LINES:])
