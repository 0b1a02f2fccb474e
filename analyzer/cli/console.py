"""The only place that prints. Every text passes here, so that no password can leave."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from analyzer.errors import AnalyzerError, UsageError
from analyzer.limits import NARROWEST, WIDEST, read_number
from analyzer.model.text import visible

# user:password@ in any URL, to the last @ of the line: a password may hold anything but a newline;
# NAME=secret where the name speaks of a password, and --password secret
_IN_URL = re.compile(r"(?P<lead>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@]*:)[^\n]+(?=@)")
_IN_PAIR = re.compile(
    r"(?P<lead>[A-Za-z_]*pass(?:word|wd|phrase)?\s*=\s*|--password[ =])"
    r"(?:'(?:\\.|[^'\\])*'|\"[^\"]*\"|[^\s&'\"]+)",
    re.IGNORECASE,
)
DEFAULT_WIDTH = 80


def redact(text: str) -> str:
    """Blank out what looks like a password in a database address."""
    return _IN_PAIR.sub(r"\g<lead>***", _IN_URL.sub(r"\g<lead>***", text))


@dataclass(frozen=True, slots=True)
class Screen:
    """What the stream that a text goes to can show."""

    width: int
    colour: bool


def screen(stream: TextIO | None) -> Screen:
    """Ask the stream: colour only on a terminal, never with NO_COLOR set."""
    if stream is None:
        return Screen(DEFAULT_WIDTH, colour=False)
    terminal = stream.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = read_number(os.environ.get("COLUMNS", ""))
    if columns:
        return Screen(min(max(columns, NARROWEST), WIDEST), colour)
    width = os.get_terminal_size(stream.fileno()).columns if terminal else DEFAULT_WIDTH
    return Screen(width or DEFAULT_WIDTH, colour)


def say(text: str) -> None:
    """Write a message or a preview to standard error, if there is one."""
    if sys.stderr is not None:
        _write(sys.stderr, redact(text) if text.endswith("\n") else redact(text) + "\n")


def deliver(text: str, output: str | None = None) -> None:
    """Write the artefact to standard output, or to a file, byte for byte.

    Raises:
        UsageError: the file cannot be written.
    """
    if output is None:
        _write(sys.stdout, text)
        return
    try:
        Path(output).write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UsageError(
            f"cannot write {output}",
            why=os.strerror(error.errno or 0),
            fix="name another file: -o FILE",
        ) from error


def _write(stream: TextIO | None, text: str) -> None:
    """Write text whose file names may hold any bytes.

    Raises:
        UsageError: the stream is closed, or the disk behind it is full.
    """
    if stream is None:  # the caller closed it
        raise UsageError(
            "there is nowhere to write to", why="standard output is closed", fix="pass -o FILE"
        )
    try:
        _write_out(stream, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            "cannot write the output",
            why=os.strerror(error.errno or 0),
            fix="make room, or write elsewhere: -o FILE",
        ) from error


def _write_out(stream: TextIO, text: str) -> None:
    stream.flush()
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text.encode("utf-8", "backslashreplace").decode())
    else:
        buffer.write(text.encode("utf-8", "surrogateescape"))
    stream.flush()


def complain(error: AnalyzerError) -> None:
    """Say what is wrong, why, and how to fix it."""
    lines = f"migdoctor: {error}".splitlines()
    say("\n".join(map(visible, lines)))
