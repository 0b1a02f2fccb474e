"""A backup's folder on disk: unfinished under another name, then whole; and checked when read.

Everything is written beside its place and synced; the rename is the last thing. So there is either
the whole backup, or a folder whose name says that it is none.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analyzer import __version__, limits
from analyzer.engines.registry import USUAL, engine, usual_engine
from analyzer.errors import BackupError, RefusedError
from analyzer.model.recovery.manifest import MANIFEST, BackupFile, Manifest
from analyzer.sources.files.bounded import parse_json, read_file
from analyzer.sources.files.document import from_document, to_document
from analyzer.sources.files.private_files import IGNORING, keep_from_git, write_private

UNFINISHED = ".unfinished"
SUFFIX = ".backup"
FORMAT = 2  # 1 kept grants and settings of the database as statements
_SEAL = "sha256"  # of the manifest itself, within it
_BLOCK = 1 << 20
MADE_BY = f"migdoctor {__version__}"


@contextmanager
def unfinished_folder(final: Path) -> Iterator[Path]:
    """Make a folder beside its final place; rename it there if the block ends well, else remove it.

    Raises:
        BackupError: the place is taken, cannot be written, or the disk is full.
    """
    made = final.with_name(final.name + UNFINISHED)
    with _explained(final):
        if final.exists():
            raise BackupError(
                f"{final} already exists",
                why="a backup is never overwritten",
                fix="name another place with -o, or leave -o out",
            )
        shutil.rmtree(made, ignore_errors=True)  # of an earlier run that was cut off: not a backup
        made.mkdir(parents=True, mode=0o700)
        try:
            keep_from_git(made)
            yield made
            for path in files_of(made):
                path.chmod(0o600)  # rows of a database, whatever pg_dump made of it
            sync_tree(made)
            made.rename(final)
            _sync(final.parent)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a folder that is not finished yet."""
    found = json.loads(to_document(manifest, format=FORMAT))
    document = {**found, _SEAL: seal_of(found)}
    write_private(folder / MANIFEST, json.dumps(document, indent=1))


def seal_of(found: Mapping[str, Any]) -> str:
    """Take the SHA-256 of all that a manifest says, whatever its spaces and line ends."""
    rest = {name: value for name, value in found.items() if name != _SEAL}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup says of itself.

    Raises:
        BackupError: there is none.
        RefusedError: it is not finished, it was altered, or somebody else made it.
    """
    if folder.name.endswith(UNFINISHED):
        raise _unfinished(folder)
    if not folder.exists():
        raise BackupError(
            f"there is no backup {folder}",
            why="nothing of that name is there",
            fix="name the folder that migdoctor backup printed",
        )
    if not (folder / MANIFEST).is_file():
        raise _foreign(folder)
    path = folder / MANIFEST
    try:
        found = parse_json(read_file(path, limits.DOCUMENT_BYTES, BackupError))
        if found["format"] > FORMAT:
            raise _too_new(path, found["format"])
        if found[_SEAL] != seal_of(found):
            raise ValueError("what it says is not what was written")  # noqa: TRY301  told below
        parts = engine(found.get("engine") or USUAL).dumps.with_parts(found["state"])
        return from_document(Manifest, {**found, "state": parts})
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError) as error:
        raise RefusedError(
            f"{path} cannot be read",
            why=f"it was altered or cut off ({error})",
            fix="use another copy of the backup",
        ) from None


def check_files(
    folder: Path, manifest: Manifest, done: Callable[[int], None] = lambda _: None
) -> None:
    """Compare every file of a backup with its manifest, byte for byte.

    Raises:
        RefusedError: a file is missing, cut off or altered, or one is there that does not belong.
    """
    expected = {file.path: file for file in manifest.files}
    present = {path.relative_to(folder).as_posix() for path in files_of(folder)} - {MANIFEST}
    for name in sorted(expected.keys() - present):
        raise _damaged(folder / name, "is missing", "the manifest names it")
    for name in sorted(present - expected.keys()):
        raise _damaged(folder / name, "does not belong here", "the manifest does not name it")
    for file in manifest.files:
        _check(folder / file.path, file, done)


def _check(path: Path, file: BackupFile, done: Callable[[int], None]) -> None:
    if path.is_symlink():
        raise _damaged(path, "is a symbolic link", "what it points to may change after the check")
    size = path.stat().st_size
    if size < file.size:
        raise _damaged(path, "is truncated", f"it has {size:,} bytes instead of {file.size:,}")
    if size != file.size or digest(path, done) != file.sha256:
        raise _damaged(path, "was altered", "its SHA-256 is not the manifest's")


def digest(path: Path, done: Callable[[int], None] = lambda _: None) -> str:
    """Take the SHA-256 of a file, in hexadecimal."""
    taken = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            taken.update(block)
            done(len(block))
    return taken.hexdigest()


def describe_files(folder: Path) -> tuple[BackupFile, ...]:
    """Take size and SHA-256 of every file of a folder."""
    return tuple(
        BackupFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path))
        for path in files_of(folder)
    )


def files_of(folder: Path) -> list[Path]:
    """List all files below a folder but its own ignore file, in the order of their names.

    That one is no part of what a backup must hold: a copy made with ``folder/*`` lacks it.
    """
    found = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(path for path in found if path != folder / IGNORING)


def sync_tree(folder: Path) -> None:
    """Wait until the disk holds every file of a folder, and their names."""
    for path in files_of(folder):
        _sync(path)
    for path in [*(path for path in folder.rglob("*") if path.is_dir()), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(final: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise BackupError(
            f"the backup {final} cannot be written",
            why=f"{os.strerror(error.errno or 0)}; what was begun is removed again",
            fix="free some space, or name another disk: -o FOLDER"
            if full
            else "name another place: -o",
        ) from error


def _damaged(path: Path, what: str, why: str) -> RefusedError:
    return RefusedError(
        f"{path} {what}",
        why=f"{why}; nothing was restored",
        fix="use another copy of the backup, or another backup",
    )


def _too_new(path: Path, number: int) -> RefusedError:
    return RefusedError(
        f"{path} was written by a newer migdoctor",
        why=f"its format is {number}, and this migdoctor reads {FORMAT}",
        fix="run the newer one: pip install --upgrade migdoctor",
    )


def _unfinished(folder: Path) -> RefusedError:
    return RefusedError(
        f"{folder} is not a complete backup",
        why="the run that wrote it was cut off; a complete backup has no such ending",
        fix=f"remove the folder and run migdoctor backup again: rm -r {folder}",
    )


def _foreign(folder: Path) -> RefusedError:
    programs = usual_engine().programs
    return RefusedError(
        f"{folder} is not a migdoctor backup",
        why=f"it has no {MANIFEST}, so nothing says what it must contain; restoring a foreign "
        "dump blindly is how rows get lost",
        fix=f"restore it into an empty scratch database with {programs.restore} --exit-on-error or "
        f"{programs.client} -v ON_ERROR_STOP=1, look at it, and take a backup of that scratch "
        "database, not of the one to be repaired: migdoctor backup --database-url SCRATCH_URL",
    )
