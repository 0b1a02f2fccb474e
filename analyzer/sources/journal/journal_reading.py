"""The repair journal and its folder: one JSON document a line, the newest last."""

import os
from pathlib import Path

from analyzer import limits
from analyzer.errors import EnvironmentToolError
from analyzer.model.plans.repair_journal import Repair, RepositoryIdentity
from analyzer.model.plans.repair_journal_document import from_document
from analyzer.sources.files.bounded import parse_json, read_file
from analyzer.sources.files.user_folders import user_folder

VARIABLE = "MIGDOCTOR_STATE_DIR"
_FILE = "journal.jsonl"


def state_folder() -> Path:
    """The folder of the journal and of the ways back: MIGDOCTOR_STATE_DIR, or the user's own.

    Raises:
        EnvironmentToolError: there is no home, or the variable names no absolute path.
    """
    given = os.environ.get(VARIABLE)
    path = Path(given) if given else user_folder("state")
    if not path.is_absolute():
        raise EnvironmentToolError(
            f"the state folder {path} is not an absolute path",
            why=f"{VARIABLE} is relative" if given else "there is no home folder",
            fix=f"set {VARIABLE} to an absolute path",
        )
    return path


def journal_path() -> Path:
    """Where the journal is."""
    return state_folder() / _FILE


def read_journal() -> tuple[Repair, ...]:
    """Read all repairs in the order in which they began, each as its last entry tells it.

    A last line that is torn, as by a power cut, is no entry.

    Raises:
        EnvironmentToolError: the journal cannot be read, or a whole line of it is no entry.
    """
    path = journal_path()
    try:
        text = read_file(path, limits.JOURNAL_BYTES, EnvironmentToolError)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise EnvironmentToolError(
            f"cannot read the repair journal {path}",
            why=os.strerror(error.errno or 0),
            fix=f"fix that, or name another folder: {VARIABLE}=/absolute/path",
        ) from error
    *lines, _torn = text.split(b"\n")
    repairs: dict[str, Repair] = {}
    for number, line in enumerate(lines, start=1):
        repair = _entry(line, path, number)
        if repair is not None:
            repairs[repair.id] = repair
    return tuple(repairs.values())


def read_open_repairs(where: RepositoryIdentity) -> list[Repair]:
    """List what a run began to do to files in this work tree and did not end, oldest first.

    Raises:
        EnvironmentToolError: as ``read_journal``.
    """
    return [
        repair
        for repair in read_journal()
        if repair.changes_files and repair.state.is_open and is_of(repair, where.path)
    ]


def is_of(repair: Repair, path: str | Path) -> bool:
    """Whether a repair was run in the checkout (or bare repository) at this path."""
    return Path(repair.repository.path).resolve() == Path(path).resolve()


def _entry(line: bytes, path: Path, number: int) -> Repair | None:
    """Read one line; None where it was torn and later closed off."""
    try:
        document = parse_json(line)
    except ValueError:
        return None
    try:
        return from_document(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EnvironmentToolError(
            f"line {number} of {path} is not a journal entry that this migdoctor can read",
            why="a newer migdoctor wrote it, or it was edited",
            fix="use the newer migdoctor, or move the journal aside",
        ) from error
