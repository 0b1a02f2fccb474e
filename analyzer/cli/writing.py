"""The way to a stream, for the console and for what must not wait for it."""

import os

from analyzer.errors import UsageError

TYPE_CHECKING = False  # as in typing, which takes longer to load than all else here
if TYPE_CHECKING:
    from typing import TextIO


def write(stream: "TextIO | None", text: str) -> None:
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


def _write_out(stream: "TextIO", text: str) -> None:
    stream.flush()
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text.encode("utf-8", "backslashreplace").decode())
    else:
        buffer.write(text.encode("utf-8", "surrogateescape"))
    stream.flush()
