"""Writing the repair journal and the scripts it speaks of: on the disk before we go on."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from analyzer import limits
from analyzer.errors import EnvironmentToolError
from analyzer.model.plans.repair_journal import Repair, StoredScript
from analyzer.model.plans.repair_journal_document import to_document
from analyzer.operations.repair.journal_lines import append_line, sync_folder, write_all
from analyzer.sources.files.bounded import read_file
from analyzer.sources.journal.journal_reading import VARIABLE, journal_path, state_folder


def write_entry(repair: Repair) -> Repair:
    """Append an entry, and return once the disk has it.

    Raises:
        EnvironmentToolError: the journal cannot be written.
    """
    with _explained():
        path = journal_path()
        _make_folder(path.parent)
        append_line(path, to_document(repair))
    return repair


def store_script(repair: str, name: str, text: str) -> StoredScript:
    """Keep a script in the repair's own folder, whole and on the disk.

    Raises:
        EnvironmentToolError: it cannot be written.
    """
    content = text.encode("utf-8", "surrogateescape")
    path = state_folder() / "repairs" / repair / name
    with _explained():
        try:
            _make_folder(path.parent)
            _write_new(path, content)
        except OSError:
            discard_scripts(repair)
            raise
    return StoredScript(str(path), hashlib.sha256(content).hexdigest())


def _write_new(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb", buffering=0) as file:
        write_all(file.fileno(), content)
        os.fsync(file.fileno())
    sync_folder(path.parent)


def has_scripts(repair: str) -> bool:
    """Whether scripts are kept under a repair's name, although it may never have begun."""
    return (state_folder() / "repairs" / repair).exists()


def discard_scripts(repair: str) -> None:
    """Remove the scripts of a repair that never began."""
    shutil.rmtree(state_folder() / "repairs" / repair, ignore_errors=True)


def read_script(script: StoredScript) -> str:
    """Read a kept script.

    Raises:
        EnvironmentToolError: it is gone, is not as it was written, or is none that we keep.
    """
    _demand_kept(Path(script.path))
    try:
        content = read_file(script.path, limits.DOCUMENT_BYTES, EnvironmentToolError)
    except OSError as error:
        raise EnvironmentToolError(
            f"cannot read {script.path}",
            why=os.strerror(error.errno or 0),
            fix="bring it back from a backup of the state folder",
        ) from error
    if hashlib.sha256(content).hexdigest() != script.sha256:
        raise EnvironmentToolError(
            f"{script.path} is not as it was written",
            why="its digest in the journal is different: somebody edited the file",
            fix="read it, and run it by hand if it is what you want",
        )
    return content.decode("utf-8", "surrogateescape")


def _demand_kept(path: Path) -> None:
    """A journal that was edited, or came from elsewhere, must not make us run any file."""
    kept = state_folder() / "repairs"
    if path.resolve().parent.parent != kept.resolve():
        raise EnvironmentToolError(
            f"{path} is not a script that migdoctor keeps",
            why=f"those are in {kept}; the journal was edited, or its folder was moved",
            fix=f"name the folder that it was written in: {VARIABLE}=/absolute/path",
        )


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentToolError(
            f"cannot write {error.filename or 'the repair journal'}",
            why=f"{os.strerror(error.errno or 0)}; without the journal and the way back nothing "
            "is changed",
            fix=f"fix that, or name another folder: {VARIABLE}=/absolute/path",
        ) from error


def _make_folder(folder: Path) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for made in reversed(missing):
        sync_folder(made.parent)
