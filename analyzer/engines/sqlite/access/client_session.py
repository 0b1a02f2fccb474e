"""A session held open with a sqlite3 client behind a prefix; what it says goes through its pipes.

The SQL goes in on standard input, so that no shell on the way reads it. After each statement the
client prints a mark that nobody can guess; what stands before it is the answer.
"""

import json
import secrets
import subprocess
from contextlib import suppress
from threading import Thread, Timer
from typing import IO, Any, cast

from analyzer import limits
from analyzer.engines.shared.silence import LONGER
from analyzer.engines.sqlite.access.client_call import SqliteCall
from analyzer.engines.sqlite.access.session import PATIENCE, SqliteSession
from analyzer.errors import AnalyzerError, DatabaseError, EnvironmentToolError

_QUIT = 5  # seconds for a client that was told to stop
_BLOCK = 1 << 16
NOT_FOUND = (126, 127)  # what a shell, env and docker return for a program that is not there


class ClientSession(SqliteSession):
    """A session through ``PREFIX sqlite3``."""

    def __init__(self, call: SqliteCall, *, writes: bool, longest: float | None = None) -> None:
        """Start the client, and wait until it answers.

        Args: longest: seconds after which a prefix that hangs is given up; None for never.
        """
        self._call, self._longest = call, longest
        self.target = call.target()
        self.place, self.way = self.target.database, f"through {call.words} sqlite3"
        self._mark = f"migdoctor-{secrets.token_hex(12)}"
        self._seen, self._said = b"", b""
        self._asked = self._late = False
        self._process = self._start(writes=writes)
        self._beside = self._watch()
        try:
            self._finish(f".bail on\n.mode json\n.timeout {PATIENCE}\n")
            self._asked = True
            self.rows("SELECT count(*) AS n FROM sqlite_master")  # now the file is opened
        except BaseException:
            self.close()
            raise

    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""
        said = self._finish(f"{query}\n;\n").strip()
        try:
            found = json.loads(said) if said else []
        except (ValueError, RecursionError) as error:
            raise DatabaseError(
                f"{self.place} returned something unexpected",
                why=f"it cannot be read as JSON: {error}",
                fix="let --exec name a sqlite3 of version 3.33 or newer, and nothing that prints",
            ) from None
        return cast("list[dict[str, Any]]", found)

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        self._finish(f"{statements}\n;\n")

    def run_file(self, text: str) -> str:
        """See `Session.run_file`."""
        said = self._finish(f".mode list\n.headers off\n{text}\n.mode json\n")
        lines = said.strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """See `Session.close`. A client that is busy is stopped, and its transaction ends."""
        with suppress(OSError):
            self._pipe_in.close()
        try:
            self._process.wait(_QUIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._beside.cancel()
        self._pipe_out.close()

    def _start(self, *, writes: bool) -> "subprocess.Popen[bytes]":
        command = self._call.command(options=self._call.options(writes=writes))
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._call.environment(),
            )
        except OSError as error:
            raise EnvironmentToolError(
                f"`{self._call.words} sqlite3` does not start",
                why=f"{command[0]}: {error.strerror}",
                fix="correct --exec",
            ) from None
        self._pipe_in = cast("IO[bytes]", process.stdin)
        self._pipe_out = cast("IO[bytes]", process.stdout)
        return process

    def _watch(self) -> Timer:
        """Keep what the client complains of, and give it up when its time is over."""
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        timer = Timer(self._longest or 0, self._give_up)
        timer.daemon = True
        if self._longest is not None:
            timer.start()
        return timer

    def _listen(self) -> None:
        with cast("IO[bytes]", self._process.stderr) as pipe, suppress(OSError, ValueError):
            while part := pipe.read1(_BLOCK):  # type: ignore[attr-defined]  # IO has none
                self._said = (self._said + part)[-limits.SAID_BYTES :]

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _finish(self, text: str) -> str:
        """Tell the client something, and return what it prints until it is done."""
        told = f"{text}.print {self._mark}\n".encode("utf-8", "replace")
        try:
            self._pipe_in.write(told)
            self._pipe_in.flush()
        except OSError:
            raise self._failure() from None
        return self._until_mark().decode("utf-8", "replace")

    def _until_mark(self) -> bytes:
        mark = f"{self._mark}".encode()
        while mark not in self._seen:
            block = self._pipe_out.read1(_BLOCK)  # type: ignore[attr-defined]  # IO has none
            if not block:
                raise self._failure()
            self._seen += block
            if len(self._seen) > limits.ANSWER_BYTES.most:
                raise limits.ANSWER_BYTES.exceeded(DatabaseError, f"`{self._call.words} sqlite3`")
        answer, _, rest = self._seen.partition(mark)
        self._seen = rest.lstrip(b"\r\n")
        return answer

    def _failure(self) -> AnalyzerError:
        """Explain why the client ended."""
        with suppress(OSError):
            self._pipe_in.close()
        status = self._process.wait()
        self._listener.join()
        said = self._said.decode("utf-8", "replace").replace("\r", "").strip()
        if self._late:
            return EnvironmentToolError(
                f"`{self._call.words} sqlite3` does not answer",
                why=f"nothing came for {self._longest:.0f} seconds",
                fix=f"try it by hand; correct --exec; {LONGER}",
            )
        return self._call.failure(status, said, asked=self._asked)
