"""Contents by their ids, through one long-lived ``cat-file --batch``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING
from weakref import finalize

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.git.git_command import open_git

if TYPE_CHECKING:
    from subprocess import Popen

_CHUNK = 1 << 16
_WHOLE = 1 << 62
_Lost = Callable[[str], RepositoryError]  # what is said of a content that is not here
_QUESTIONS = 500  # put at once: they must fit into a pipe, so that git can answer meanwhile


class ContentReader:
    """Reads contents; git is started for the first, and ends with this object."""

    def __init__(self, where: Sequence[str], lost: _Lost, own: Mapping[str, str]) -> None:
        self._lost = lost
        self._total = 0  # bytes that were read
        self._process = open_git([*where, "cat-file", "--batch"], own)
        self.close = finalize(self, _end, self._process)

    def read(self, blobs: Sequence[str], most: int = _WHOLE) -> Iterator[bytes]:
        """Give the contents in the order of their ids, up to ``most`` bytes of each.

        Raises:
            RepositoryError: the clone does not hold a content.
        """
        for start in range(0, len(blobs), _QUESTIONS):
            some = blobs[start : start + _QUESTIONS]
            found = self._answers(some, most)  # all: none may be left in the pipe
            if self._total > limits.CONTENT_BYTES.most:
                raise limits.CONTENT_BYTES.exceeded(RepositoryError, "this repository")
            for blob, content in zip(some, found, strict=True):
                if content is None:
                    raise self._lost(f"content {blob}")
                yield content

    def read_whole(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Give the contents in the order of their ids, nothing left out.

        Raises:
            RepositoryError: the clone does not hold a content, one is too large, or all of them.
        """
        for blob, content in zip(blobs, self.read(blobs, limits.BLOB_BYTES.most + 1), strict=True):
            if len(content) > limits.BLOB_BYTES.most:
                raise limits.BLOB_BYTES.exceeded(RepositoryError, f"content {blob}")
            yield content

    def _answers(self, blobs: Sequence[str], most: int) -> list[bytes | None]:
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            return [None for _ in blobs]
        with suppress(BrokenPipeError):  # it ended, and answers nothing
            asked.write("".join(f"{blob}\n" for blob in blobs).encode())
            asked.flush()
        return [self._counted(answers, most) for _ in blobs]

    def _counted(self, answers: IO[bytes], most: int) -> bytes | None:
        """One answer; nothing of it is kept where there is too much already."""
        left = max(limits.CONTENT_BYTES.most + 1 - self._total, 0)
        content = _read_answer(answers, min(most, left))
        self._total += len(content or b"")
        return content


def _read_answer(answers: IO[bytes], most: int) -> bytes | None:
    """One answer of ``cat-file --batch``; None where it does not hold the content."""
    said = answers.readline().split()  # id, kind, size; or id and "missing"
    if said[1:2] != [b"blob"]:
        return None
    size = int(said[2])
    content = answers.read(min(size, most))
    rest = size - len(content) + 1  # and the newline that ends each answer
    while rest > 0 and (read := len(answers.read(min(rest, _CHUNK)))):  # never held in memory
        rest -= read
    return content


def _end(process: "Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()
