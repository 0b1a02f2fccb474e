"""A session held open with a psql behind a prefix; what it says goes through its pipes.

After each statement psql echoes a mark that nobody can guess; what stands before it is the answer.
"""

import secrets
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any, cast

from analyzer import limits
from analyzer.engines.postgresql.access.connection_errors import connection_failure
from analyzer.engines.postgresql.access.psql import ERROR, NOT_FOUND, PsqlCall, last_line, no_answer
from analyzer.engines.postgresql.access.session import BLOCK, Session
from analyzer.errors import (
    AnalyzerError,
    ConnectionLostError,
    DatabaseError,
    EnvironmentToolError,
    StatementError,
)
from analyzer.sources.files.bounded import parse_json

_NO_SERVER = ("57P01", "57P02", "57P03")
_QUIT = 5  # seconds for a psql that was told to stop


class PsqlSession(Session):
    """A session through ``PREFIX psql``."""

    def __init__(self, call: PsqlCall) -> None:
        self._call = call
        target = call.target()
        self.place = f"{target.database} at {target.server}"
        self._mark = f"migdoctor-{secrets.token_hex(12)}\n".encode()
        self._seen = b""
        self._asked = False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the session
        self._process = self._start()
        try:
            self._finish(b"")  # whatever the prefix itself prints is passed over
        except BaseException:
            self.close()
            raise
        self._asked = True

    def ask(self, query: str) -> Any:  # noqa: ANN401  JSON of any shape
        """See `Session.ask`."""
        answer = self._finish(f"{query}\n;\n".encode())
        try:
            return parse_json(answer) if answer.strip() else None
        except ValueError as error:
            raise no_answer(self.place, error) from None

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        self._finish(f"{statements}\n;\n".encode())

    def copy_out(self, query: str) -> Iterator[bytes]:
        """See `Session.copy_out`."""
        self._tell(f"COPY ({query}\n) TO STDOUT;\n".encode())
        yield from self._until_mark()

    def copy_in(self, target: str, blocks: Iterable[bytes]) -> None:
        """See `Session.copy_in`."""
        self._write(f"COPY {target} FROM STDIN;\n".encode())
        for block in blocks:
            self._write(block)
        self._finish(b"\\.\n")

    def close(self) -> None:
        """See `Session.close`. A psql that is busy is stopped, and the server rolls back."""
        with suppress(OSError):
            self._pipe_in.close()
        try:
            self._process.wait(_QUIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe_out.close()
        self._said.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = self._call.command()
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                env=self._call.environment(),
            )
        except OSError as error:
            self._said.close()
            raise EnvironmentToolError(
                f"cannot run {command[0]}",
                why=error.strerror or "the system refuses",
                fix="install it, or correct --exec",
            ) from None
        self._pipe_in, self._pipe_out = (
            cast("IO[bytes]", process.stdin),
            cast("IO[bytes]", process.stdout),
        )
        return process

    def _finish(self, text: bytes) -> bytes:
        self._tell(text)
        answer = bytearray()
        for part in self._until_mark():
            answer += part
            if len(answer) > limits.ANSWER_BYTES.most:
                raise limits.ANSWER_BYTES.exceeded(DatabaseError, self.place)
        return bytes(answer)

    def _tell(self, text: bytes) -> None:
        self._write(text + b"\\echo " + self._mark)

    def _write(self, text: bytes) -> None:
        try:
            self._pipe_in.write(text)
            self._pipe_in.flush()
        except OSError:
            raise self._failure() from None

    def _until_mark(self) -> Iterator[bytes]:
        """Give what comes before the next mark; the last bytes wait, as they may begin it."""
        while (found := self._seen.find(self._mark)) < 0:
            ready = max(len(self._seen) - len(self._mark), 0)
            if ready:
                yield self._seen[:ready]
            block = self._pipe_out.read1(BLOCK)  # type: ignore[attr-defined]  # IO has none
            if not block:
                raise self._failure()
            self._seen = self._seen[ready:] + block
        if found:
            yield self._seen[:found]
        self._seen = self._seen[found + len(self._mark) :]

    def _failure(self) -> AnalyzerError:
        """Explain why psql ended."""
        with suppress(OSError):
            self._pipe_in.close()
        status = self._process.wait()
        self._said.seek(0)
        said = self._call.address.redact(
            self._said.read(limits.SAID_BYTES).decode("utf-8", "replace")
        )
        words = f"{self._call.words} psql".strip()
        if status in NOT_FOUND:
            return EnvironmentToolError(
                f"`{words}` does not run",
                why=f"a program is not there ({last_line(said)})",
                fix="install psql there, or correct --exec",
            )
        found = ERROR.search(said)
        if found is not None and found[1] not in _NO_SERVER:
            return StatementError(found[2], sqlstate=found[1], place=self.place)
        if self._asked:
            return ConnectionLostError(last_line(said), place=self.place)
        if "psql: " in said:
            return connection_failure(said[said.index("psql: ") :], self._call.target())
        return EnvironmentToolError(
            f"`{words}` ended before it could be asked anything",
            why=last_line(said),
            fix="run it by hand until it works; docker compose exec needs the option -T, "
            "docker exec and kubectl exec the option -i",
        )
