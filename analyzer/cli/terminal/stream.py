"""Bytes into a stream or a file, whatever file names the text holds."""

import os
from pathlib import Path
from typing import Protocol, TextIO

from analyzer.errors import UsageError


class Watching(Protocol):
    """Whoever draws on the terminal between two texts."""

    held: bool  # whether to draw nothing for a while

    def make_way(self) -> None:
        """Empty the line, for somebody is about to write."""


watching: list[Watching] = []  # at most one; a list, so that nothing need be loaded for none


def hold(*, held: bool) -> None:
    """Let nobody draw on the terminal for a while, or again."""
    for one in watching:
        one.held = held
        one.make_way()


def write_stream(stream: TextIO | None, text: str) -> None:
    """Write text whose file names may hold any bytes.

    Raises:
        UsageError: the stream is closed, or the disk behind it is full.
    """
    if stream is None:  # the caller closed it
        raise UsageError(
            "there is nowhere to write to", why="standard output is closed", fix="pass -o FILE"
        )
    for one in watching:
        one.make_way()
    try:
        _write_out(stream, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            "cannot write the output",
            why=os.strerror(error.errno or 0),
            fix="make space, or write elsewhere: -o FILE",
        ) from error


def _write_out(stream: TextIO, text: str) -> None:
    stream.flush()
    if (buffer := getattr(stream, "buffer", None)) is None:
        stream.write(text.encode("utf-8", "backslashreplace").decode())
        return
    buffer.write(text.encode("utf-8", "surrogateescape"))
    stream.flush()


def write_file(path: str, text: str) -> None:
    """Write the file of -o.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        Path(path).write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UsageError(
            f"cannot write {path}",
            why=os.strerror(error.errno or 0),
            fix="name another file: -o FILE",
        ) from error


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody reads the stream as it is written."""
    return stream is not None and stream.isatty()
