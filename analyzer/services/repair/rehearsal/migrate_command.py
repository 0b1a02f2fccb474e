"""The project's own migrate command, run in a copy and on a scratch database."""

import os
import re
import signal
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from analyzer import limits
from analyzer.engines.ports.scratch import Fence
from analyzer.errors import EnvironmentToolError
from analyzer.model.words.wording import count
from analyzer.operations.user_commands import SHELL, command_environment
from analyzer.records import Struct
from analyzer.sources.files.bounded import read_end, read_file
from analyzer.sources.files.private_files import open_private

_KEPT_LINES = 40  # of what it printed last
_ADDRESS = "DATABASE_URL"
_PROSE = frozenset({".md", ".rst", ".txt", ".lock"})
_SMALL = 1 << 18  # bytes of a file that may hold settings
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

    No variable of libpq or of a running Spring server leads back to the real one; ``fence`` keeps
    a command whose settings name it from writing there.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept = {name: value for name, value in kept.items() if not name.endswith("_DATABASE_URL")}
    own = {"DATABASE_URL": url, "DISABLE_SPRING": "1", "PWD": str(folder)}
    if fence is not None:
        own |= {**fence.variables, "DATABASE_URL": fence.url}
    environment = {**kept, **own}
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
    lines = [*_without_traces(read_end(log).splitlines())]
    return CommandRun(command, status, "\n".join(lines[-_KEPT_LINES:]))


def heeds_address(command: str, root: Path) -> bool:
    """Whether the command, or any file that it may read its settings from, names DATABASE_URL."""
    return _ADDRESS in command or any(map(_names_it, _settings(root)))


def _names_it(path: Path) -> bool:
    try:
        return _ADDRESS.encode() in read_file(path, limits.BLOB_BYTES, EnvironmentToolError)
    except OSError:
        return False


def _settings(root: Path) -> Iterator[Path]:
    """The files of a copy that may be settings: small ones, and no prose."""
    for folder, folders, names in os.walk(root):
        folders[:] = [it for it in folders if it != ".git"]
        for path in (Path(folder, name) for name in names):
            if path.suffix not in _PROSE and path.is_file() and path.stat().st_size < _SMALL:
                yield path


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
