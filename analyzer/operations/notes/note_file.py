"""Appending notes to a file: one run after the other, and the file is always whole."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from analyzer.analysis.notes.seals import seal_of
from analyzer.errors import EnvironmentToolError
from analyzer.model.notes.note import NewNote, Notebook, RunNote
from analyzer.operations.repair.journal_lines import sync_folder, write_all
from analyzer.records import Struct, replace
from analyzer.sources.notes.note_file import DRAFT, written_notes


class NewInFile(Struct, frozen=True):
    """The notes in a file, what is to be appended to them, and whether that begins a chain."""

    notebook: Notebook
    notes: Sequence[NewNote]
    anew: bool


def append_notes(path: str, look: Callable[[], NewInFile], *, now: datetime, account: str) -> None:
    """Look what is new, and append it to a file of notes, while nobody else does.

    The new file takes the place of the old one when it is whole and on the disk, so that a run
    that is killed leaves the one or the other.

    Args: look: reads the file, and decides.  now: the moment, UTC.  account: who notes it.

    Raises:
        EnvironmentToolError: it cannot be written; it is as it was.
    """
    target = Path(path).resolve()
    with _explained(path), _locked(target):
        found = look()
        if found.notes:
            new = sealed(found.notes, found.notebook, now, account, anew=found.anew)
            _replace(target, written_notes([*found.notebook.notes, *new]))


def sealed(
    new: Sequence[NewNote], notebook: Notebook, now: datetime, account: str, *, anew: bool
) -> Iterator[RunNote]:
    """Give notes their numbers and seals."""
    number = max((it.number for it in notebook.notes), default=0)
    assert notebook.home is not None  # noqa: S101  who appends knows what about
    previous = notebook.home.beginning if anew else notebook.last_seal or ""
    for one in new:
        number += 1
        bare = RunNote(
            number,
            one.version,
            one.path,
            one.sha256,
            one.commit_id,
            str(one.kind),
            f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
            account,
            previous,
            "",
        )
        previous = seal_of(bare)
        yield replace(bare, seal=previous)


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold a lock on the folder: the file itself is replaced, and a lock would go with it."""
    handle = os.open(target.parent, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(target: Path, content: bytes) -> None:
    draft = target.with_name(f"{target.name}{DRAFT}")
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, mode
    )
    try:
        write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.replace(target)
    sync_folder(target.parent)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentToolError(
            f"cannot write {path}",
            why=os.strerror(error.errno or 0),
            fix="check the folder's permissions and space, or name another file: --to FILE",
        ) from error
