"""A session held open with a psql behind a prefix; what it says goes through its pipes.

The SQL goes in on standard input, so that no shell on the way reads it. After each statement psql
echoes a mark that nobody can guess; what stands before it is the answer.
"""

import json
import re
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Thread
from typing import IO, Any, cast

from analyzer import limits
from analyzer.engines.postgresql.access.psql import (
    PsqlCall,
    does_not_start,
    hangs,
    no_answer,
    psql_failure,
)
from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.engines.postgresql.scripts.sql_file import pinned
from analyzer.engines.postgresql.words import literal
from analyzer.engines.sessions import BLOCK
from analyzer.engines.shared.readable import is_readable
from analyzer.engines.shared.silence import SilenceWatch
from analyzer.errors import AnalyzerError, DatabaseError

_QUIT = 5  # seconds for a psql that was told to stop
_LOOK = 1.0  # seconds until it is looked whether its time is over
_AHEAD = 32 << 10  # bytes told before an answer is read: the pipe holds them, so nobody waits


class PsqlSession(PostgresSession):
    """A session through ``PREFIX psql``."""

    outlives_refusals = False  # it stops at the first error

    def __init__(self, call: PsqlCall, label: str, longest: float | None = None) -> None:
        """Start psql, and wait until it is connected.

        Args:
            call: the prefix and the address.
            label: the application_name that other people see.
            longest: seconds of silence after which it is given up; None for never.
        """
        self._call, self._longest = call, longest
        self.target = call.target()
        self.place = f"{self.target.database} at {self.target.server}"
        self.way = f"through {call.words} psql"
        mark = f"migdoctor-{secrets.token_hex(12)}"
        self._mark = f"{mark}\n".encode()
        self._echoed = re.compile(rf"{mark}\r?\n".encode())  # a terminal on the way adds the \r
        self._seen, self._said = b"", b""
        self._asked = self._ended = self._late = False
        self._process = self._start()
        self._beside = self._watch()
        try:
            # whatever the prefix itself prints is passed over
            self._finish(f"SET application_name = {literal(label)};\n".encode())
            self._asked = True
            self._beside.answered()
        except BaseException:
            self.close()
            raise

    def answers(self, statements: Sequence[str]) -> list[list[Any]]:
        """See `Session.answers`: several are told at once, as far as the pipe holds them."""
        found: list[list[Any]] = []
        waiting, size = 0, 0
        for statement in statements:
            told = f"{statement}\n;\n".encode()
            if waiting and size + len(told) > _AHEAD:
                found += [self._heard() for _ in range(waiting)]
                waiting, size = 0, 0
            self._tell(told)
            waiting, size = waiting + 1, size + len(told) + len(self._mark)
        return found + [self._heard() for _ in range(waiting)]

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        self._finish(f"{statements}\n;\n".encode())

    def run_file(self, text: str) -> str:
        """See `Session.run_file`."""
        said = self._finish(f"{pinned(text)}\n".encode("utf-8", "replace"))
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

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
            self._process.wait(0 if self._ended else _QUIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._beside.cancel()
        self._pipe_out.close()

    def known_as(self, user: str, database: str) -> None:
        """See `Session.known_as`."""
        self.target = self._call.target(user, database)

    def _start(self) -> "subprocess.Popen[bytes]":
        command = self._call.command()
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._call.environment(),
            )
        except OSError as error:
            raise does_not_start(command[0], error) from None
        self._pipe_in, self._pipe_out = (
            cast("IO[bytes]", process.stdin),
            cast("IO[bytes]", process.stdout),
        )
        return process

    def _watch(self) -> SilenceWatch:
        """Keep what psql complains of, and give it up when it has been silent for too long."""
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        return SilenceWatch(self._longest, self._give_up)

    def _listen(self) -> None:
        """Keep the beginning and the end of the complaints: what matters stands there."""
        most = limits.SAID_BYTES
        with cast("IO[bytes]", self._process.stderr) as pipe, suppress(OSError, ValueError):
            while not self._late and (part := pipe.read1(BLOCK)):  # type: ignore[attr-defined]  # IO has none
                said = self._said + part
                self._said = said if len(said) <= 2 * most else said[:most] + said[-most:]

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _heard(self) -> list[Any]:
        """Read the JSON of the next answer, one document after another."""
        try:
            return list(_documents(self._answer().decode("utf-8", "replace")))
        except ValueError as error:
            raise no_answer(self.place, error) from None

    def _finish(self, text: bytes) -> bytes:
        self._tell(text)
        return self._answer()

    def _answer(self) -> bytes:
        answer = bytearray()
        for part in self._until_mark():
            answer += part
            if len(answer) > limits.ANSWER_BYTES.most:
                self._ended = True
                raise limits.ANSWER_BYTES.exceeded(DatabaseError, f"`{self._call.words} psql`")
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
        while (found := self._echoed.search(self._seen)) is None:
            ready = max(len(self._seen) - len(self._mark) - 1, 0)
            if ready:
                yield self._seen[:ready]
            block = self._next_block()
            if not block:
                raise self._failure()
            self._seen = self._seen[ready:] + block
        if found.start():
            yield self._seen[: found.start()]
        self._seen = self._seen[found.end() :]

    def _next_block(self) -> bytes:
        try:
            while not is_readable(self._pipe_out, _LOOK):
                if self._late:
                    return b""  # a program that the prefix started may hold the pipe
            self._beside.heard()
            return self._pipe_out.read1(BLOCK)  # type: ignore[attr-defined,no-any-return]  # IO has none
        except KeyboardInterrupt:
            self._ended = True  # who interrupts does not wait for psql to see it
            raise

    def _failure(self) -> AnalyzerError:
        """Explain why psql ended."""
        self._ended = True
        with suppress(OSError):
            self._pipe_in.close()
        status = self._process.wait()
        self._listener.join(_QUIT if self._late else None)
        if self._late:
            return hangs(self._call, self._beside.seconds)
        said = self._said.decode("utf-8", "replace").replace("\r", "")
        return psql_failure(
            self._call, status, said, place=self.place, target=self.target, asked=self._asked
        )


def _documents(text: str) -> Iterator[Any]:
    """Read one JSON document after another."""
    decoder, position = json.JSONDecoder(), 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        yield value
