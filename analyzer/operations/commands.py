"""The user's own commands: to stop and start the application, to migrate, to check."""

import os
import subprocess
import sys
from collections.abc import Mapping

from analyzer.errors import EnvironmentToolError
from analyzer.model.secret import blanked

_VARIABLE = "MIGDOCTOR_COMMAND"
SHELL = ("/bin/sh", "-c", f'set -- "${_VARIABLE}"; unset {_VARIABLE}; eval "$1"')
"""How a command of the user's runs: its text, a password in it, is in no list of processes."""


def command_environment(command: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Add the command that `SHELL` runs to the variables that it is run with."""
    return {**variables, _VARIABLE: command}


def run_command(command: str, option: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a command of the user's in their shell; what it prints goes to standard error.

    Args:
        command: as the user wrote it.
        option: where it was written, for the message.
        environment: variables on top of ours.

    Raises:
        EnvironmentToolError: it ends with another status than 0.
    """
    done = subprocess.run(
        SHELL,
        env=command_environment(command, {**os.environ, **(environment or {})}),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno() if sys.stderr is not None else subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise EnvironmentToolError(
            f"the command of {option} failed: {blanked(command)}",
            why=f"its exit status is {done.returncode}; what it said stands above",
            fix="mend what it says, then go on: migdoctor recover resume",
        )
