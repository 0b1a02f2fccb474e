"""The lines of a patch that change one file's content, as git writes and applies them.

Text is a unified diff. Where a line of it holds what a reader would not see, git's binary form
takes its place, with the change written out above it in comments: git applies both byte for byte.
Source: git-diff(1); git's apply.c and base85.c.
"""

import base64
import difflib
import re
import zlib
from collections.abc import Iterator

from analyzer.model.words.text import unseen_line, visible

_NO_LINE_FEED = b"\\ No newline at end of file"
_IN_LINE = 52  # bytes that a line of the binary form holds
_HIDDEN = "The change below is in git's binary form: it holds characters that do not print."


def hunks(old: bytes, new: bytes, before: bytes, after: bytes) -> list[bytes]:
    """Write the change of a content, lines without their line feeds.

    Args:
        old, new: the contents.
        before, after: the names for the ``---`` and ``+++`` lines.
    """
    lines = _lines_of_text(old, new, before, after)
    return _binary(old, new) if _is_unseen(lines) else lines


def told(old: bytes, new: bytes, before: bytes, after: bytes) -> list[bytes]:
    """Write the comments that belong above the section of such a change; none for plain text."""
    lines = _lines_of_text(old, new, before, after)
    if not _is_unseen(lines):
        return []
    shown = [_text(line) for line in lines[2:]]
    return [f"# {visible(text)}".encode() for text in (_HIDDEN, *shown)]


def _lines_of_text(old: bytes, new: bytes, before: bytes, after: bytes) -> list[bytes]:
    return list(_text_hunks(old, new, before, after))


def _text_hunks(old: bytes, new: bytes, before: bytes, after: bytes) -> Iterator[bytes]:
    pieces = lines_of(old), lines_of(new)
    for line in difflib.diff_bytes(difflib.unified_diff, *pieces, before, after):
        if line.endswith(b"\n"):
            yield line[:-1]
        else:
            yield from (line, _NO_LINE_FEED)


def lines_of(content: bytes) -> list[bytes]:
    """Split after each line feed, and nowhere else."""
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _is_unseen(lines: list[bytes]) -> bool:
    return unseen_line(_text(b"\n".join(lines[2:]))) is not None


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _binary(old: bytes, new: bytes) -> list[bytes]:
    return [b"GIT binary patch", *_literal(new), *_literal(old)]


def _literal(content: bytes) -> Iterator[bytes]:
    yield b"literal %d" % len(content)
    packed = zlib.compress(content, 9)
    for place in range(0, len(packed), _IN_LINE):
        piece = packed[place : place + _IN_LINE]
        size = len(piece) + (ord("A") - 1 if len(piece) <= 26 else ord("a") - 27)  # noqa: PLR2004  letters
        yield bytes([size]) + base64.b85encode(piece, pad=True)
    yield b""
