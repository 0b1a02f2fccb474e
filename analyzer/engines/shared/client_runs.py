"""Client programs that run beside our work: fed, listened to, and stopped where that fails.

Passwords go through the environment, never through the arguments.
"""

import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from analyzer import limits
from analyzer.engines.sessions import BLOCK, Gateway
from analyzer.errors import EnvironmentToolError

NOT_FOUND = (126, 127)  # what a shell, env and docker return for a program that is not there
_WORDS_KEPT = 20  # lines of what a program said


@contextmanager
def running(
    gateway: Gateway,
    command: list[str],
    *,
    feed: Iterable[bytes] | None = None,
    stdout: "IO[bytes] | int" = subprocess.DEVNULL,
    on_line: Callable[[str], None] | None = None,
) -> Iterator["Run"]:
    """Run a program beside the block; it is stopped where the block raises.

    At the block's end it is waited for.

    Raises:
        EnvironmentToolError: it is not there, or fails; what it said is the why.
    """
    run = Run(gateway, command, stdout, feed, on_line)
    try:
        yield run
        run.finish()
    except BaseException:
        run.stop()
        raise


class Run:
    """One program that runs."""

    def __init__(
        self,
        gateway: Gateway,
        command: list[str],
        stdout: "IO[bytes] | int",
        feed: Iterable[bytes] | None,
        on_line: Callable[[str], None] | None,
    ) -> None:
        self._gateway, self._command = gateway, command
        self._said: list[str] = []
        self._on_line = on_line
        self._process = self._start(stdout, fed=feed is not None)
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._feed_error: Exception | None = None
        if feed is not None:
            self._threads.append(threading.Thread(target=self._feed, args=(feed,), daemon=True))
        for thread in self._threads:
            thread.start()

    def blocks(self) -> Iterator[bytes]:
        """Give what it prints, if its output is a pipe."""
        pipe = cast("IO[bytes]", self._process.stdout)
        while block := pipe.read(BLOCK):
            yield block

    def finish(self) -> None:
        """Wait for its end. Raises EnvironmentToolError where it failed."""
        status = self._process.wait()
        for thread in self._threads:
            thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._feed_error is not None:
            raise self._feed_error
        if status:
            raise self._failure(status)

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it now, however far it is."""
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _start(self, stdout: "IO[bytes] | int", *, fed: bool) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                env=self._gateway.call.environment(),
            )
        except OSError as error:
            raise EnvironmentToolError(
                f"cannot run {self._command[0]}",
                why=error.strerror or "the system refuses",
                fix=f"install {self._gateway.engine.title}'s client programs, or correct --exec",
            ) from None

    def _listen(self) -> None:
        with cast("IO[bytes]", self._process.stderr) as pipe:
            for raw in iter(lambda: pipe.readline(limits.SAID_BYTES), b""):
                line = raw.decode("utf-8", "replace").rstrip()
                self._said = [*self._said[1 - _WORDS_KEPT :], line]
                if self._on_line is not None:
                    self._on_line(line)

    def _feed(self, feed: Iterable[bytes]) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        try:
            for block in feed:
                pipe.write(block)
            pipe.close()
        except (BrokenPipeError, ValueError):
            pass  # it ended early, and says itself why
        except Exception as error:  # noqa: BLE001  another thread's: finish raises it where it belongs
            self._feed_error = error
            self._process.terminate()

    def _failure(self, status: int) -> EnvironmentToolError:
        words = self._gateway.call.words
        name = f"{words} {Path(self._command[len(self._gateway.prefix)]).name}".strip()
        said = self._gateway.redact("\n".join(self._said))
        if status in NOT_FOUND:
            return EnvironmentToolError(
                f"`{name}` does not run", why=said or "it is not there", fix="correct --exec"
            )
        lines = [line for line in said.splitlines() if not line.startswith("-- ")]  # of its way
        telling = [line for line in lines if re.search(r"error|ERROR|FATAL", line)]
        return EnvironmentToolError(
            f"`{name}` failed: {(telling or lines or ['it says nothing'])[0]}",
            why="\n       ".join(telling[1:4]) or f"it exited with status {status}",
            fix="fix what it reports, then run the same command again",
        )
