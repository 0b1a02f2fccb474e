"""Commands of git that run beside us, through GitPython: what they say is read as it comes."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE
from threading import Thread
from typing import IO, TYPE_CHECKING

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.git.git_command import quiet_command, quiet_environment, unwanted_variables
from analyzer.sources.git.git_errors import not_installed

if TYPE_CHECKING:
    from git import Git

Fail = Callable[[str], RepositoryError]  # makes an error of what git says
_CHUNK = 1 << 16


def load_streams() -> None:
    """Load GitPython, which takes a while.

    Raises:
        RepositoryError: there is no git program.
    """
    try:
        import git  # noqa: F401
    except ImportError as error:  # GitPython says so where there is no git program
        raise not_installed(str(error).splitlines()[0]) from error


def start(arguments: Sequence[str], folder: Path, own: Mapping[str, str]) -> "Git.AutoInterrupt":
    """Start git with these arguments; it ends with the object that is returned.

    Raises:
        RepositoryError: there is no git program.
    """
    load_streams()
    from git import Git

    command = [*_without(unwanted_variables()), *quiet_command(*arguments)]
    environment = quiet_environment(own)
    return Git(folder).execute(command, as_process=True, istream=PIPE, env=environment)


def _without(names: Sequence[str]) -> list[str]:
    """GitPython adds to the environment, and cannot take away."""
    return ["env", *(word for name in names for word in ("-u", name))] if names else []


def stream(process: "Git.AutoInterrupt", fail: Fail, say: str) -> Iterator[bytes]:
    """Yield a command's NUL-terminated fields as they come.

    Args:
        fail: makes an error of what git says when it fails.
        say: what the command is told on its standard input, which has no limit of length.
    """
    from git.exc import GitCommandError

    complaints = _Complaints(process.stderr)
    try:
        with suppress(BrokenPipeError):  # it refused before it read; what it says comes below
            process.stdin.write(say.encode())
            process.stdin.close()
        rest = bytearray()
        while chunk := process.stdout.read(_CHUNK):
            first, *more = chunk.split(b"\0")
            rest += first
            if len(rest) > limits.GIT_FIELD.most:
                raise limits.GIT_FIELD.exceeded(RepositoryError, "a line that git prints")
            if more:
                yield bytes(rest)
                yield from more[:-1]
                rest = bytearray(more[-1])
        if rest:
            yield bytes(rest)
        process.wait()
    except GitCommandError as error:
        raise fail(complaints.text()) from error
    finally:
        _end(process, complaints)


class _Complaints:
    """What a command says on standard error, read as it comes: a full pipe would stop git."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._said = pipe, bytearray()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while chunk := self._pipe.read(_CHUNK):
            self._said += chunk[: _CHUNK - len(self._said)]

    def text(self) -> str:
        """All that was said, up to a limit, once the command has ended."""
        self._reader.join()
        return self._said.decode("utf-8", "replace")


class Conversation:
    """A plumbing command that answers many questions, in the order in which they are put.

    Each set of questions is followed by a line that is none. The command echoes it, and so says
    that the answers are complete; it is random, so that no content can be taken for it.
    """

    def __init__(self, process: "Git.AutoInterrupt", fail: Fail) -> None:
        self._process, self._fail = process, fail
        self._mark = f"/{os.urandom(8).hex()}\n".encode()
        self._unread = bytearray()

    def ask(self, lines: Iterable[str]) -> None:
        """Put a set of questions; may wait until earlier answers are read."""
        with suppress(OSError, ValueError):  # it ended; whoever reads the answers is told why
            self._process.stdin.write("\n".join([*lines, ""]).encode() + self._mark)
            self._process.stdin.flush()

    def answer(self) -> bytes:
        """Return all that was said to the oldest set of questions not yet answered.

        Raises:
            RepositoryError: git failed; the error carries git's own words.
        """
        searched = 0
        while (end := self._unread.find(self._mark, searched)) < 0:
            searched = max(0, len(self._unread) - len(self._mark))
            self._unread += self._read()
            if len(self._unread) > limits.GIT_BYTES.most:
                raise limits.GIT_BYTES.exceeded(RepositoryError, "what git prints")
        said = bytes(self._unread[:end])
        del self._unread[: end + len(self._mark)]
        return said

    def _read(self) -> bytes:
        from git.exc import GitCommandError

        chunk: bytes = self._process.stdout.read1(_CHUNK)
        if chunk:
            return chunk
        try:
            self._process.wait()
        except GitCommandError as error:
            raise self._fail(str(error.stderr)) from error
        raise self._fail("")

    def close(self) -> None:
        """End the command, whatever it is doing."""
        _end(self._process)


def _end(process: "Git.AutoInterrupt", complaints: _Complaints | None = None) -> None:
    """End a command, whatever it is doing, and let go of its pipes."""
    ours = process.proc
    if ours is None:
        return
    ours.kill()
    if complaints is not None:
        complaints.text()  # no thread may outlive its pipe
    for pipe in (ours.stdin, ours.stdout, ours.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    ours.wait()
