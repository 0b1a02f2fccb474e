"""The user's own commands: to stop and start the application, to migrate, to check."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping

from analyzer.errors import EnvironmentToolError
from analyzer.model.secrets.redaction import blanked

_OFTEN = 0.05  # seconds between two looks at what it printed
_BLOCK = 1 << 16
_VARIABLE = "MIGDOCTOR_COMMAND"
SHELL = ("/bin/sh", "-c", f'set -- "${_VARIABLE}"; unset {_VARIABLE}; eval "$1"')
"""How a command of the user's runs: its text, a password in it, is in no list of processes."""


def command_environment(command: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Add the command that `SHELL` runs to the variables that it is run with."""
    return {**variables, _VARIABLE: command}


def run_command(
    command: str,
    option: str,
    tell: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
    again: str = "migdoctor recover resume",
) -> None:
    """Run a command of the user's in their shell.

    What it prints goes into a file, from which it is told line by line: a terminal is not its own
    to write to, and a server that it leaves running in the background holds no pipe of ours.

    Args:
        option: where it was written.  tell: told each line that it prints.
        environment: variables on top of ours.
        again: the command that goes on afterwards.

    Raises:
        EnvironmentToolError: it ends with another status than 0.
    """
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            SHELL,
            env=command_environment(command, {**os.environ, **(environment or {})}),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            status = _relay(running, said.fileno(), tell)
        except BaseException:
            running.kill()
            running.wait()
            raise
    if status:
        raise EnvironmentToolError(
            f"the command of {option} failed: {blanked(command)}",
            why=f"it exited with status {status}; its output is above",
            fix=f"fix what it reports, then continue: {again}",
        )


def _relay(running: "subprocess.Popen[bytes]", said: int, tell: Callable[[str], None]) -> int:
    """Tell line by line what a command prints until it ends; return its exit status."""
    place, rest = 0, b""
    while True:
        status = running.poll()
        while block := os.pread(said, _BLOCK, place):
            place += len(block)
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                tell(line.decode("utf-8", "replace").rstrip("\r"))
        if status is not None:
            if rest:
                tell(rest.decode("utf-8", "replace"))
            return status
        time.sleep(_OFTEN)
