"""Which plans of recoveries this account wrote: only their commands run without being typed again.

A recovery's folder may come from anybody, in a repository or an archive, and its plan names
commands for the shell. So the digest of each plan is kept in the state folder, which is nobody
else's.
"""

import hashlib
from pathlib import Path

from analyzer import limits
from analyzer.errors import UsageError
from analyzer.sources.files.bounded import read_file
from analyzer.sources.files.private_files import private_folder, write_private
from analyzer.sources.journal.journal_reading import state_folder

_FOLDER = "recoveries"


def remember(plan: Path) -> None:
    """Note that a plan is ours. Raises OSError where that cannot be written."""
    place = _place(plan)
    private_folder(place.parent)
    write_private(place, f"{plan.absolute()}\n")


def is_remembered(plan: Path) -> bool:
    """Whether a plan is as this account wrote it."""
    return _place(plan).is_file()


def _place(plan: Path) -> Path:
    content = read_file(plan, limits.DOCUMENT_BYTES, UsageError)
    return state_folder() / _FOLDER / hashlib.sha256(content).hexdigest()
