"""The user's own commands: to stop and start the application, to migrate, to check."""

import os
import subprocess
import sys
from collections.abc import Mapping

from analyzer.errors import EnvironmentToolError


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
        ["/bin/sh", "-c", command],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno() if sys.stderr is not None else subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise EnvironmentToolError(
            f"the command of {option} failed: {command}",
            why=f"its exit status is {done.returncode}; what it said stands above",
            fix="mend what it says, then go on: migdoctor recover resume",
        )
