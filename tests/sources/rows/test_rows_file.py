"""Files of applied versions that open in unusual ways, or not at all."""

import gzip
import io
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analyzer.errors import RowsError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.sources.rows.read_rows_file import read_rows

LIST = "20250101\n20250102\n"


def texts(path: Path | str, stdin: bytes = b"") -> list[str]:
    table = read_rows(str(path), RAILS, None, stdin=io.BytesIO(stdin))
    return [row.version.text for row in table.rows]


def refusal(path: Path | str, stdin: bytes = b"") -> RowsError:
    with pytest.raises(RowsError) as caught:
        texts(path, stdin)
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Put root's rights aside, which no permission stops."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_encodings_and_line_ends_are_known_by_the_content(
    encoding: str, line_end: str, *, packed: bool
) -> None:
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    content = (mark + LIST.replace("\n", line_end)).encode(encoding)

    assert texts("-", gzip.compress(content) if packed else content) == ["20250101", "20250102"]


def test_standard_input_is_read_from_the_process_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows").write_text(LIST)
    with (tmp_path / "rows").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        table = read_rows("-", RAILS, None)
        assert not stream.closed

    assert len(table.rows) == 2
    assert table.rows[0].origin.place == "standard input"


def test_a_pipe_that_comes_in_small_pieces_is_read() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as stream:
        for piece in (b"\x1f", gzip.compress(LIST.encode())[1:]):
            os.write(writing, piece)
        os.close(writing)
        table = read_rows("-", RAILS, None, stdin=stream)

    assert len(table.rows) == 2


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, LIST.encode())
    os.close(writing)

    assert texts(f"/dev/fd/{reading}") == ["20250101", "20250102"]
    os.close(reading)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"", "is empty", id="nothing"),
        pytest.param(b"\n \r\n", "is empty", id="blank"),
        pytest.param(gzip.compress(b""), "is empty", id="nothing in a gzip"),
        pytest.param(b"\xef\xbb\xbf", "holds no version", id="only a byte order mark"),
        pytest.param(b"# nothing\n\n", "holds no version", id="only comments"),
        pytest.param(b"version\n", "holds no version", id="only a header"),
        pytest.param(b"\x00\x01\x02\x03" * 99, "is not a text", id="binary"),
        pytest.param(b"1\n\x00\n", "is not a text", id="a null byte"),
        pytest.param(b"\x89\xfe\x80\n", "line 1 of standard input is not understood", id="junk"),
        pytest.param(gzip.compress(LIST.encode())[:-9], "is a damaged gzip file", id="cut gzip"),
        pytest.param(gzip.compress(LIST.encode()) + b"x", "is a damaged gzip file", id="more"),
        pytest.param(b"\x1f\x8b\x08", "is a damaged gzip file", id="only gzip's beginning"),
        pytest.param(gzip.compress(b"PGDMP\x01"), "custom format", id="custom in a gzip"),
        pytest.param(b"BZh9...", "is compressed with bzip2", id="bzip2"),
        pytest.param(b"\xfd7zXZ\x00", "is compressed with xz", id="xz"),
        pytest.param(b"\x28\xb5\x2f\xfd\x00", "is compressed with zstd", id="zstd"),
        pytest.param(b"PK\x03\x04", "is a zip archive", id="zip"),
        pytest.param(b"SQLite format 3\x00", "is an SQLite database", id="SQLite"),
        pytest.param(
            b"ActiveRecord::Schema[8.0].define(version: 2025_01_01) do\nend\n",
            "is a schema.rb",
            id="schema.rb",
        ),
    ],
)
def test_what_holds_no_versions_is_said(content: bytes, what: str) -> None:
    assert what in refusal("-", content).what


def test_damage_late_in_a_gzip_is_found(tmp_path: Path) -> None:
    path = tmp_path / "rows.gz"
    packed = bytearray(gzip.compress("\n".join(str(n) for n in range(99999)).encode()))
    packed[len(packed) // 2] ^= 0xFF
    path.write_bytes(packed)

    assert refusal(path).what == f"{path} is a damaged gzip file"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    error = refusal(tmp_path / "none")

    assert error.what == f"cannot read {tmp_path / 'none'}"
    assert error.why == "No such file or directory"


def test_a_folder_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path).what == f"{tmp_path} is a folder"


def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_text(LIST)
    path.chmod(0)

    with ordinary_user():
        error = refusal(path)

    assert error.what == f"cannot read {path}"
    assert error.why == "Permission denied"


def test_a_name_that_is_no_name_is_said() -> None:
    assert refusal("rows\0").why == "it is not a legal file name"
