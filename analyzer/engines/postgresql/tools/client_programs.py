"""The gate to PostgreSQL's client programs: only here are pg_dump, pg_restore and psql run.

Passwords go through the environment, never through the arguments.
"""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from analyzer import limits
from analyzer.engines.ports.dumps import Tool
from analyzer.engines.postgresql.access.psql import NOT_FOUND
from analyzer.engines.postgresql.scratch.scratch_postgres import wheel_programs
from analyzer.engines.postgresql.tools.dump_guard import knows_restrict
from analyzer.engines.sessions import BLOCK, Gateway
from analyzer.errors import EnvironmentToolError

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")
_PLACES = (  # where packages put the programs of several major versions side by side
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/libpq/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/libpq/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_WORDS_KEPT = 20  # lines of what a program said


_versions: "dict[tuple[tuple[str, ...], str], Tool | None]" = {}  # of this process


def find_tool(gateway: Gateway, name: str, at_least: int) -> Tool | None:
    """Find a program that can speak to a server of this major version, or read such a dump.

    Of several, the oldest that will do: a newer one may write what an older server refuses.
    Behind a prefix there is just the one that its PATH finds. None where none will do.
    """
    candidates = (name,) if gateway.prefix else _candidates(name)
    found = [tool for one in candidates if (tool := _version(gateway, one)) is not None]
    fitting = [tool for tool in found if tool.major >= at_least]
    return min(fitting, key=lambda tool: tool.major, default=None)


def newest_tool(gateway: Gateway, name: str) -> Tool | None:
    """Find the newest of a program's versions, for a message that says why it will not do."""
    candidates = (name,) if gateway.prefix else _candidates(name)
    found = [tool for one in candidates if (tool := _version(gateway, one)) is not None]
    return max(found, key=lambda tool: tool.major, default=None)


def demand_tool(gateway: Gateway, name: str, at_least: int) -> Tool:
    """Find a program as `find_tool` does.

    Raises:
        EnvironmentToolError: there is none, or none that is new enough.
    """
    tool = find_tool(gateway, name, at_least)
    if tool is not None:
        return tool
    newest = newest_tool(gateway, name)
    raise EnvironmentToolError(
        f"no {name} of version {at_least} or newer is there"
        + (f"; the newest is {newest.version}" if newest else ""),
        why=f"{name} refuses servers and archives that are newer than itself",
        fix=f"install postgresql-client-{at_least}, or run the server's own: "
        "--exec 'docker compose exec -T db'",
    )


def demand_psql(gateway: Gateway, at_least: int) -> Tool:
    """Find a psql: the oldest that will do of those that can be kept from commands of their own.

    Where none can, any that will do; behind a prefix the one that is there, of whatever version.

    Raises:
        EnvironmentToolError: there is none, or none that is new enough.
    """
    if gateway.prefix:
        return find_tool(gateway, "psql", 0) or Tool("psql", "", 0)
    found = [tool for one in _candidates("psql") if (tool := _version(gateway, one)) is not None]
    known = [tool for tool in found if tool.major >= at_least and knows_restrict(tool.version)]
    return min(known, key=lambda tool: tool.major, default=None) or demand_tool(
        gateway, "psql", at_least
    )


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
                fix="install PostgreSQL's client programs, or correct --exec",
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
        telling = [line for line in said.splitlines() if re.search(r"error|ERROR|FATAL", line)]
        return EnvironmentToolError(
            f"`{name}` failed: {(telling or said.splitlines() or ['it says nothing'])[0]}",
            why="\n       ".join(telling[1:4]) or f"it exited with status {status}",
            fix="fix what it says, then run the same command again",
        )


def _version(gateway: Gateway, program: str) -> Tool | None:
    """Ask a program for its version, once: installed programs stay what they are."""
    known = (gateway.prefix, program)
    if known not in _versions:
        _versions[known] = _asked_version(gateway, program)
    return _versions[known]


def _asked_version(gateway: Gateway, program: str) -> Tool | None:
    try:
        done = subprocess.run(
            [*gateway.prefix, program, "--version"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=gateway.call.environment(),
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(done.stdout.decode("utf-8", "replace"))
    return Tool(program, found[1] + found[2], int(found[1])) if found else None


def _candidates(name: str) -> tuple[str, ...]:
    """Every copy of a program on this computer: on the PATH, of packages, of the wheel."""
    found = [shutil.which(name)]
    for pattern in _PLACES:
        found += [str(path / name) for path in Path("/").glob(pattern[1:])]
    wheel = wheel_programs()
    found += [str(wheel / name)] if wheel is not None else []
    return tuple(dict.fromkeys(one for one in found if one and os.access(one, os.X_OK)))
