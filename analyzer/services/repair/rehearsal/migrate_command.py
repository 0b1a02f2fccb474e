"""The project's own migrate command, run in a copy and on a scratch database."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from analyzer.engines.ports.scratch import Fence
from analyzer.model.words.wording import count
from analyzer.operations.user_commands import SHELL, command_environment
from analyzer.records import Struct
from analyzer.services.repair.rehearsal.decoy import Decoy
from analyzer.sources.files.bounded import read_end
from analyzer.sources.files.private_files import open_private

_KEPT_LINES = 40  # of what it printed last
_LONGEST = 120  # seconds that a command which only looks may take to connect
_OFTEN = 0.02  # seconds between two looks at whether it did
_OF_TRACE = re.compile(  # of Ruby, Python, and JavaScript or Java
    r"\s*(?:from )?\S+:\d+:in [`'].*|\s+File \"[^\"]+\", line \d+.*|\s+at \S.*[:(]\S*\d+\)?$"
)


class CommandRun(Struct, frozen=True):
    """How a command ended: its exit status, and the last lines of what it printed."""

    command: str
    status: int
    output: str

    @property
    def astray(self) -> bool:
        """Whether it met the fence: it went to another database than DATABASE_URL names."""
        return bool(self.status) and "read-only transaction" in self.output


def run_migrate(
    command: str, folder: Path, url: str, log: Path, fence: Fence | None = None
) -> CommandRun:
    """Run a command as the user typed it, with DATABASE_URL set to the scratch database.

    ``fence`` keeps a command whose settings name the real one from writing there.
    """
    own = {"DATABASE_URL": url}
    if fence is not None:
        own |= {**fence.variables, "DATABASE_URL": fence.url}
    running = _started(command, folder, own, log)
    try:
        status = running.wait()
    except BaseException:
        _end(running)  # it works on a copy: nothing is lost
        raise
    return CommandRun(command, status, _last_lines(log))


def run_until_met(command: str, folder: Path, decoy: Decoy, log: Path) -> tuple[bool, CommandRun]:
    """Run a command that only looks until it asks the decoy; tell whether it did."""
    running = _started(command, folder, {"DATABASE_URL": decoy.url}, log)
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


def _started(
    command: str, folder: Path, own: Mapping[str, str], log: Path
) -> "subprocess.Popen[bytes]":
    """No variable of libpq or of a running Spring server leads back to the real one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept = {name: value for name, value in kept.items() if not name.endswith("_DATABASE_URL")}
    environment = {**kept, **own, "DISABLE_SPRING": "1", "PWD": str(folder)}
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
    lines = [*_without_traces(read_end(log).splitlines())]
    return "\n".join(lines[-_KEPT_LINES:])


def _without_traces(lines: Iterable[str]) -> Iterator[str]:
    """The lines without stack traces: what went wrong stands before them, and drowns in them."""
    hidden = 0
    for line in lines:
        if _OF_TRACE.match(line):
            hidden += 1
            continue
        if hidden:
            yield f"({count(hidden, 'line')} of a stack trace)"
            hidden = 0
        yield line
    if hidden:
        yield f"({count(hidden, 'line')} of a stack trace)"
