"""Changing several files at once: all as planned, or none, and never through a link."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from analyzer import limits
from analyzer.errors import RefusedError, RepositoryError
from analyzer.records import Struct, field
from analyzer.sources.files.below import mode_below, parent_of, read_below

Texts = Mapping[str, bytes | None]  # by path from the root; None: there is no such file
_MODE, _PERMISSIONS = 0o644, 0o777
_READ, _EXECUTE = 0o444, 0o111


class Modes(Struct, frozen=True):
    """Whose permissions the files take; one that is not named keeps its own.

    ``origins`` are, by path, the files that move there; ``executable`` says of others whether they
    can be executed.
    """

    origins: Mapping[str, str] = field(default_factory=dict)
    executable: Mapping[str, bool] = field(default_factory=dict)

    def read(self, root: Path, path: str) -> int | None:
        """The permissions that a file is to have; None: those of a new one."""
        origin = mode_below(root, self.origins.get(path, path))
        mode = mode_below(root, path) if origin is None else origin
        if path not in self.executable:
            return mode
        mode = _MODE if mode is None else mode & ~_EXECUTE
        return mode | (mode & _READ) >> 2 if self.executable[path] else mode


def write_texts(root: Path, before: Texts, after: Texts, modes: Modes | None = None) -> None:
    """Give files the texts ``after``, where they still have the texts ``before``.

    Raises:
        RefusedError: a file is not as it was read; nothing was changed.
        RepositoryError: a file cannot be written; what was changed is put back.
    """
    for path, text in before.items():
        if _read(root, path) != text:
            raise RefusedError(
                f"{path} changed while it was looked at",
                why="somebody, or an editor, wrote it after the check began",
                fix="run the same command again",
            )
    old = {path: mode_below(root, path) for path in before}
    new = {path: (modes or Modes()).read(root, path) for path in after}
    done: list[str] = []
    try:
        for path in sorted(after, key=lambda it: after[it] is None):  # what goes, goes last
            done.append(path)
            replacing = before.get(path) is not None
            _write(root, path, after[path], new[path], replacing=replacing)
    except (OSError, RepositoryError) as error:
        for path in reversed(done):
            with suppress(OSError, RepositoryError):
                _write(root, path, before.get(path), old.get(path), replacing=True)
        why = error.why if isinstance(error, RepositoryError) else os.strerror(error.errno or 0)
        raise RepositoryError(
            f"cannot write {done[-1]}",
            why=why,
            fix="nothing was changed; fix that, then run the same command again",
        ) from error


def _read(root: Path, path: str) -> bytes | None:
    try:
        return read_below(root, path, limits.SCHEMA_BYTES.most + 1)
    except OSError as error:
        raise RepositoryError(
            f"cannot read {path}",
            why=os.strerror(error.errno or 0),
            fix="nothing was changed; fix that, then run the same command again",
        ) from error


def _write(root: Path, path: str, text: bytes | None, mode: int | None, *, replacing: bool) -> None:
    """Write a whole file under another name first; one that must be new replaces nothing."""
    with parent_of(root, path, making=text is not None) as (folder, name):
        if folder is None:
            raise RepositoryError(
                f"cannot reach {path}",
                why="a folder on the way is a link or a file, or cannot be made",
                fix="fix that, then run the same command again",
            )
        if text is None:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            _leave_no_empty_folder(root, path)
            return
        aside = f".migdoctor-{secrets.token_hex(8)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        handle = os.open(aside, flags, _MODE, dir_fd=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                if mode is not None:
                    os.fchmod(handle, mode & _PERMISSIONS)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if replacing:
                os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                os.link(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(aside, dir_fd=folder)


def _leave_no_empty_folder(root: Path, path: str) -> None:
    """Take away a folder whose last file went, as git does: some tools take it for a migration."""
    above = path.rpartition("/")[0]
    with parent_of(root, above) as (folder, name):
        if above and folder is not None:
            with suppress(OSError):
                os.rmdir(name, dir_fd=folder)
