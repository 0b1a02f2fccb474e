"""Reading that has an end: files, streams, programs, TOML and JSON, each within its limit.

What is read of the world passes here, or is counted against a limit of `analyzer.limits` where it
is read piece by piece. Nothing here trusts a size that the input itself claims.
"""

import json
import os
import re
import select
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer
from typing import IO, Any, Protocol, cast

from analyzer import limits
from analyzer.errors import AnalyzerError, UsageError
from analyzer.limits import Limit

_CHUNK = 1 << 20
# A text, a comment, or what nests, joins or ends: all that decides how deep a TOML text goes. Each
# text is taken to its end or to the end of all, so that no hostile one is looked through twice.
_TOML = re.compile(
    r'''
      """(?:[^\\"]|\\.|"(?!""))*+(?:"{3,5}|\\?\Z)
    | \'\'\'(?:[^']|'(?!''))*+(?:'{3,5}|\Z)
    | "(?:[^"\\\n]|\\.)*+"?
    | '[^'\n]*+'?
    | \#[^\n]*+
    | (?P<open>[\[{])
    | (?P<close>[\]}])
    | (?P<dot>\.)
    | (?P<end>[\n=,])
    ''',
    re.VERBOSE | re.DOTALL,
)

_NUL = re.compile(r"\\(?:u0{4}|U0{8})")  # TOML knows it only so


class Readable(Protocol):
    """What bytes can be read from, in pieces."""

    def read(self, size: int, /) -> bytes:
        """Read on, at most so many bytes; none at the end."""
        ...


def read_file(
    path: str | Path, limit: Limit, kind: type[AnalyzerError], *, at: int | None = None
) -> bytes:
    """Read a file whole; ``at`` is a folder's handle that the path counts from.

    Raises:
        OSError: it cannot be opened or read.
        AnalyzerError: it has more bytes than the limit; of the class ``kind``.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=at)
    with os.fdopen(handle, "rb", buffering=0) as file:
        told = os.fstat(handle).st_size  # of a pipe or device nothing: then piece by piece
        return read_stream(file, limit, kind, str(path), told + 1 if told else _CHUNK)


def read_stream(
    stream: Readable, limit: Limit, kind: type[AnalyzerError], place: str, piece: int = _CHUNK
) -> bytes:
    """Read a stream to its end, in pieces of so many bytes.

    Raises:
        AnalyzerError: it has more bytes than the limit; of the class ``kind``.
    """
    found = bytearray()
    while part := stream.read(min(piece, limit.most + 1 - len(found))):
        found += part
        if len(found) > limit.most:
            raise limit.exceeded(kind, place)
    return bytes(found)


def counted(
    chunks: Iterator[bytes],
    place: str,
    kind: type[AnalyzerError],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """Hand on the chunks of a dump until there are too many bytes, or it took too long.

    Raises:
        AnalyzerError: there is more than the limits allow; of the class ``kind``.
    """
    total, begun = 0, clock()
    for chunk in chunks:
        total += len(chunk)
        if total > limits.DUMP_BYTES.most:
            raise limits.DUMP_BYTES.exceeded(kind, place)
        if clock() - begun > limits.DUMP_SECONDS.most:
            raise limits.DUMP_SECONDS.exceeded(kind, place)
        yield chunk


def parse_toml(content: bytes, path: str, limit: Limit | None = None) -> dict[str, Any]:
    """Read TOML of a size and depth that its parser can bear.

    Raises:
        UsageError: it is none, or larger, deeper or longer in its keys than the limits allow.
    """
    import tomllib

    most = limit or limits.SETTINGS_BYTES
    if len(content) > most.most:
        raise most.exceeded(UsageError, path)
    try:
        text = content.decode("utf-8")
        if _NUL.search(text):
            raise _no_toml(path, "a text in it has a NUL character, which no name can have")
        _demand_shallow(text, path)
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _no_toml(path, str(error)) from error
    except (ValueError, RecursionError) as error:  # of int(), and of brackets that nothing closes
        raise _no_toml(
            path, "it is nested too deeply, or has a number of too many digits"
        ) from error


def _no_toml(path: str, why: str) -> UsageError:
    return UsageError(f"{path} cannot be read", why=why, fix="correct it; it must be TOML in UTF-8")


def _demand_shallow(text: str, path: str) -> None:
    """Refuse brackets and dotted keys that the parser would exhaust itself on."""
    depth = dots = 0
    for found in _TOML.finditer(text):
        match found.lastgroup:
            case "open":
                depth, dots = depth + 1, 0
            case "close":
                depth, dots = depth - 1, 0
            case "dot":
                dots += 1
            case "end":
                dots = 0
            case _:
                continue
        if depth > limits.TOML_DEPTH.most:
            raise limits.TOML_DEPTH.exceeded(UsageError, path)
        if dots >= limits.TOML_PARTS.most:
            raise limits.TOML_PARTS.exceeded(UsageError, path)


def parse_json(text: str | bytes) -> Any:  # noqa: ANN401  JSON of any shape
    """Read JSON.

    Raises:
        ValueError: it is none, or nested deeper than can be read.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def run_bounded(
    command: Sequence[str],
    limit: Limit,
    kind: type[AnalyzerError],
    *,
    environment: Mapping[str, str],
    folder: Path | None = None,
    say: bytes = b"",
    longest: float | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a program to its end, and keep what it prints, of its complaints the beginning.

    Args: say: what it is told on standard input.  longest: seconds until it is given up.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it took too long.
        AnalyzerError: it prints more than the limit; of the class ``kind``.
    """
    with subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.PIPE if say else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        talk = _Talk(process, say, longest)
        try:
            name = Path(command[0]).name
            out = read_stream(talk, limit, kind, f"what {name} prints")
            return subprocess.CompletedProcess(list(command), *talk.end(out))
        except BaseException:
            process.kill()
            raise


class _Talk:
    """Both of a program's streams, read as they come, so that none waits for the other."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", say: bytes, longest: float | None
    ) -> None:
        self._process, self._longest, self._late = process, longest, False
        self._said = bytearray()
        self._output = cast("IO[bytes]", process.stdout).fileno()
        self._complaints = cast("IO[bytes]", process.stderr).fileno()
        self._open = {self._output, self._complaints}
        self._ready = select.poll()
        for handle in self._open:
            self._ready.register(handle, select.POLLIN)
        self._telling = Thread(target=self._tell, args=(say,), daemon=True) if say else None
        self._timer = None if longest is None else Timer(longest, self._give_up)
        for thread in filter(None, (self._telling, self._timer)):
            thread.daemon = True
            thread.start()

    def read(self, size: int, /) -> bytes:
        """See `Readable.read`: of the program's output."""
        return next(self._parts(self._output, size), b"")

    def end(self, out: bytes) -> tuple[int, bytes, bytes]:
        """Wait for the end: the status, and what was said on both streams."""
        for _ in self._parts(self._complaints, limits.SAID_BYTES):
            pass
        if self._telling is not None:
            self._telling.join()
        status = self._process.wait()
        if self._timer is not None:
            self._timer.cancel()
        if self._late:
            raise subprocess.TimeoutExpired(self._process.args, self._longest or 0)
        return status, out, bytes(self._said)

    def _parts(self, wanted: int, size: int) -> Iterator[bytes]:
        """What comes from one of the streams up to its end; what is complained of is kept."""
        while wanted in self._open:
            for handle, _ in self._ready.poll():
                part = os.read(handle, size if handle == self._output else limits.SAID_BYTES)
                if handle == self._complaints:
                    self._said += part[: limits.SAID_BYTES - len(self._said)]
                if not part:
                    self._ready.unregister(handle)
                    self._open.remove(handle)
                elif handle == wanted:
                    yield part

    def _tell(self, say: bytes) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        with suppress(OSError, ValueError):  # it ended; what it said tells why
            pipe.write(say)
            pipe.close()

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()


def read_end(path: Path, most: int = limits.SAID_BYTES) -> str:
    """The last bytes of a text file that a program wrote.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - most, 0))
        return file.read(most).decode("utf-8", "replace")
