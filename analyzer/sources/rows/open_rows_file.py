"""A file of applied versions, opened: plain or gzip, UTF-8 or UTF-16, from disk or a pipe."""

import codecs
import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from analyzer import limits
from analyzer.engines.ports.exports import UnreadableForm
from analyzer.engines.registry import ENGINES, engine, usual_engine
from analyzer.errors import RowsError
from analyzer.records import Struct
from analyzer.sources.files.bounded import Readable, counted
from analyzer.sources.files.buffered_reader import Window

STANDARD_INPUT = "standard input"
_HEAD = 4096  # bytes that tell what a file is
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_TAR = (257, b"ustar")


class _Foreign(Struct, frozen=True):
    """A kind of file that holds rows in a form that only another program reads."""

    magic: bytes
    what: str
    fix: str


_FOREIGN = (
    _Foreign(b"BZh", "is compressed with bzip2", "pass `bzip2 -dc FILE |` with --rows -"),
    _Foreign(b"\xfd7zXZ", "is compressed with xz", "pass `xz -dc FILE |` with --rows -"),
    _Foreign(
        b"\x28\xb5\x2f\xfd", "is compressed with zstd", "pass `zstd -dc FILE |` with --rows -"
    ),
    _Foreign(b"\x04\x22\x4d\x18", "is compressed with lz4", "pass `lz4 -dc FILE |` with --rows -"),
    _Foreign(b"PK\x03\x04", "is a zip archive", "unpack it, and pass the file inside"),
    _Foreign(
        b"SQLite format 3", "is an SQLite database", "write its versions to a file, one per line"
    ),
)
_MARKS = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),  # what PowerShell's > writes
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class _Rewound:
    """A stream whose first bytes have been looked at; it serves pipes, which cannot go back."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = _CHUNK, /) -> bytes:
        """Read on, first from the head."""
        if not self._head:
            return self._rest.read(size)
        part, self._head = self._head[:size], self._head[size:]
        return part


@contextmanager
def open_window(path: str, stdin: BinaryIO | None) -> Iterator[Window]:
    """Open a file of applied versions as UTF-8 text.

    Args:
        path: the file; ``-`` for standard input.
        stdin: what to read for ``-``; None for the process's own.

    Raises:
        RowsError: it cannot be opened, is empty, damaged, or no text.
    """
    if path == "-":
        yield _window(stdin or sys.stdin.buffer, STANDARD_INPUT)
        return
    with _open(path) as stream:
        yield _window(stream, path)


def _open(path: str) -> BinaryIO:
    try:
        if Path(path).is_dir():
            raise _is_folder(path)
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        raise RowsError(
            f"cannot read {path}",
            why=getattr(error, "strerror", None) or "it is not a legal file name",
            fix="check the name and the permissions of the file given with --rows",
        ) from None


def _window(stream: Readable, place: str) -> Window:
    head, rewound = _look(stream)
    if head.startswith(_GZIP):
        head, rewound = _look(_Unzipped(_Metered(rewound), place))
    _refuse_foreign(head, place)
    return Window(counted(_chunks(rewound, head), place, RowsError), place)


def _look(stream: Readable) -> tuple[bytes, _Rewound]:
    """Read the head of a stream, which a pipe may hand out in small pieces."""
    head = b""
    while len(head) < _HEAD:
        part = stream.read(_HEAD - len(head))
        if not part:
            break
        head += part
    return head, _Rewound(head, stream)


class _Metered:
    """A stream whose bytes are counted as they are read."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self.total = stream, 0

    def read(self, size: int, /) -> bytes:
        """Read on."""
        part = self._stream.read(size)
        self.total += len(part)
        return part


class _Unzipped:
    """A gzip stream whose damage is told in our words."""

    def __init__(self, packed: _Metered, place: str) -> None:
        # reading is all that is asked of it
        self._stream = gzip.GzipFile(fileobj=cast("BinaryIO", packed), mode="rb")
        self._packed, self._place, self._total = packed, place, 0

    def read(self, size: int, /) -> bytes:
        """Read unpacked bytes."""
        try:
            found = self._stream.read(size)
        except (EOFError, OSError, zlib.error):
            raise RowsError(
                f"{self._place} is a damaged gzip file",
                why="it ends in the middle or was changed on the way",
                fix="check it with `gzip -t`, and copy or dump it again",
            ) from None
        self._total += len(found)
        most = limits.GZIP_FREE + self._packed.total * limits.GZIP_RATIO.most
        if self._total > most:
            raise limits.GZIP_RATIO.exceeded(RowsError, self._place)
        return found


def _chunks(stream: _Rewound, head: bytes) -> Iterator[bytes]:
    """Read the rest as UTF-8 without a byte order mark."""
    mark, encoding = next((pair for pair in _MARKS if head.startswith(pair[0])), (b"", None))
    if mark:
        stream.read(len(mark))
    if encoding is None:  # handed on as it is: old dumps may hold other bytes than UTF-8
        while chunk := stream.read(_CHUNK):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk).encode(errors="replace")


def _refuse_foreign(head: bytes, place: str) -> None:
    if not head.strip():
        raise RowsError(
            f"{place} is empty",
            why="the command that was to fill it has perhaps failed",
            fix="write it again, and look at what that command says",
        )
    form = _unreadable(head)
    if form is not None:
        raise _no_text(place, form)
    command = usual_engine().exports.text_command()
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RowsError(
            f"{place} is not a text",
            why="it holds binary data",
            fix=f"pass a dump as text ({command}), or the versions one per line",
        )


def _unreadable(head: bytes) -> UnreadableForm | None:
    """The form of a file that begins so, if it is none that is read here."""
    packed = (engine(name).exports.packed(head) for name in ENGINES)
    foreign = (UnreadableForm(it.what, it.fix) for it in _FOREIGN if head.startswith(it.magic))
    form = next((it for it in (*packed, *foreign) if it is not None), None)
    if form is None and head[_TAR[0] :].startswith(_TAR[1]):
        return usual_engine().exports.packed_archive()
    return form


def _no_text(place: str, form: UnreadableForm) -> RowsError:
    return RowsError(
        f"{place} {form.what}",
        why="applied versions are read from text, plain or gzip",
        fix=form.fix,
    )


def _is_folder(path: str) -> RowsError:
    for name in ENGINES:
        form = engine(name).exports.packed_folder(Path(path))
        if form is not None:
            return _no_text(path, form)
    return RowsError(
        f"{path} is a folder",
        why="--rows takes one file with the applied versions",
        fix="name a file in it",
    )
