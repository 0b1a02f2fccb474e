"""A client program behind a prefix that is kept running: SQL goes in, answers come out.

The SQL goes in on standard input, so that no shell on the way reads it. Who holds the pipe lets the
client print a mark that nobody can guess after each statement; what stands before it is the answer.
"""

import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import IO, cast

from analyzer import limits
from analyzer.engines.shared.readable import is_readable
from analyzer.engines.shared.silence import SilenceWatch
from analyzer.errors import DatabaseError

_QUIT = 5  # seconds for a client that was told to stop
_LOOK = 1.0  # seconds until it is looked whether its time is over
_BLOCK = 1 << 16


class PipeEndedError(Exception):
    """The client ended; `ClientPipe.ended` says how."""


class ClientPipe:
    """A client that runs."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], longest: float | None
    ) -> None:
        """Start the client.

        Args: longest: seconds of silence after which it is given up; None for never.

        Raises:
            OSError: the first word of the command cannot be run.
        """
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
        )
        self._in = cast("IO[bytes]", self._process.stdin)
        self._out = cast("IO[bytes]", self._process.stdout)
        self._seen, self._said, self.late = b"", b"", False
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._beside = SilenceWatch(longest, self._give_up)

    def tell(self, text: str, mark: str) -> str:
        """Tell the client something, and return what it prints until the mark.

        Raises:
            PipeEndedError: it ended before.
            DatabaseError: it prints more than is allowed.
        """
        try:
            self._in.write(text.encode("utf-8", "replace"))
            self._in.flush()
        except OSError:
            raise PipeEndedError from None
        told = self._until(mark.encode()).decode("utf-8", "replace")
        self._beside.answered()
        return told

    @property
    def patience(self) -> float:
        """After how many seconds of silence it is given up, or was."""
        return self._beside.seconds

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._seen:
            block = self._next_block()
            if not block:
                raise PipeEndedError
            self._seen += block
            if len(self._seen) > limits.ANSWER_BYTES.most:
                raise limits.ANSWER_BYTES.exceeded(DatabaseError, "the client")
        answer, _, rest = self._seen.partition(mark)
        self._seen = rest
        return answer

    def _next_block(self) -> bytes:
        """What comes next; nothing at the end, be it that something the prefix started goes on."""
        while not is_readable(self._out, _LOOK):
            if self.late:
                return b""
        self._beside.heard()
        return self._out.read1(_BLOCK)  # type: ignore[attr-defined,no-any-return]  # IO has none

    def left(self) -> str:
        """What the client printed before it ended, and no mark came behind."""
        return self._seen.decode("utf-8", "replace")

    def ended(self) -> tuple[int, str]:
        """Wait for the end; its status, and what the client complained of."""
        with suppress(OSError):
            self._in.close()
        status = self._process.wait()
        self._listener.join(_QUIT if self.late else None)
        return status, self._said.decode("utf-8", "replace").replace("\r", "").strip()

    def close(self) -> None:
        """End the client; one that is busy is stopped, and its transaction ends."""
        with suppress(OSError):
            self._in.close()
        try:
            self._process.wait(_QUIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._beside.cancel()
        self._out.close()

    def _listen(self) -> None:
        with cast("IO[bytes]", self._process.stderr) as pipe, suppress(OSError, ValueError):
            while not self.late and (part := pipe.read1(_BLOCK)):  # type: ignore[attr-defined]  # IO has none
                self._said = (self._said + part)[-limits.SAID_BYTES :]

    def _give_up(self) -> None:
        self.late = True
        self._process.kill()
