"""Running a shell script of ours, as it is, on a work tree that is locked meanwhile.

The lock is on the work tree's own folder and passes on to the script: it holds for as long as
either of us lives. The script writes into a file, not a pipe: if we are killed, it goes on to its
end instead of dying at its next word.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from analyzer.errors import RepositoryError
from analyzer.sources.files.bounded import read_end
from analyzer.sources.files.private_files import open_private

_DRY_RUN = "MIGDOCTOR_DRY_RUN"
_ALLOW_EDITED = "MIGDOCTOR_ALLOW_EDITED"


@contextlib.contextmanager
def locked(root: Path) -> Iterator[int]:
    """Hold the work tree for one repair at a time; yield the lock's handle.

    Raises:
        RepositoryError: another repair holds it.
    """
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RepositoryError(
                f"another repair is running in {root}; nothing was changed",
                why="it holds the lock on the folder, and may move the same files",
                fix="wait until it has ended, then run migdoctor diagnose",
            ) from None
        yield handle
    finally:
        os.close(handle)


def run_script(
    script: Path, root: Path, lock: int, log: Path, *, dry: bool, edited: bool = False
) -> tuple[int, str]:
    """Run a script in a work tree, and return its exit status and all that it said.

    ``dry`` lets it check and move nothing, ``edited`` lets it move files that were edited since.
    Ctrl-C is handed on to the script, which then puts back what it changed.
    """
    with open_private(log) as said:
        running = subprocess.Popen(
            ["/bin/sh", str(script), str(root)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=_environment(dry=dry, edited=edited),
            pass_fds=(lock,),
            start_new_session=True,
        )
        while True:
            try:
                status = running.wait()
                break
            except KeyboardInterrupt:
                os.killpg(running.pid, signal.SIGINT)
    return status, read_end(log)


def _environment(**wishes: bool) -> Mapping[str, str]:
    ours = {_DRY_RUN: wishes["dry"], _ALLOW_EDITED: wishes["edited"]}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") and name not in ours
    }
    return kept | {name: "1" for name, wanted in ours.items() if wanted}
