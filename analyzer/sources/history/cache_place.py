"""Where the cache keeps what is known of one repository.

Only facts that a commit's id settles for ever are kept, so a repository that was rewritten, or made
anew at the same place, cannot be told anything wrong: its new commits have other ids, and those
that its tips do not hold are not looked at. What could change the meaning of an id (replaced
objects, grafts) turns the cache off; a clone that was shallow and is no longer has another key.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.records import Struct
from analyzer.sources.files.bounded import read_file
from analyzer.sources.git.git import Repository
from analyzer.sources.history.cache_folder import CacheFolder, find_cache_folder

_CHANGES_MEANING = (
    "GIT_GRAFT_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
)


class CachePlace(Struct, frozen=True):
    """One file of the cache folder, and the key that has to stand in it."""

    folder: CacheFolder
    kind: str
    key: str

    def open(self) -> AbstractContextManager[BinaryIO | None]:
        """Open the file for reading; None where there is none that is ours alone."""
        return self.folder.open(self._name)

    def write(self, parts: Iterable[bytes]) -> None:
        """Put the file in place, whole or not at all."""
        self.folder.write(self._name, parts)

    @property
    def _name(self) -> str:
        key = self.key.encode("utf-8", "surrogatepass")
        return f"{blake2b(key, digest_size=16).hexdigest()}.{self.kind}"


def open_place(repository: Repository, kind: str, about: Sequence[str]) -> CachePlace | None:
    """The place for one kind of knowledge; None where it must not or cannot be used.

    Args:
        about: what else the knowledge depends on, the number of its format among it.
    """
    if _is_altered(repository):
        return None
    folder = find_cache_folder(outside=(repository.path, repository.common_dir))
    return CachePlace(folder, kind, _key(repository, about)) if folder else None


def _is_altered(repository: Repository) -> bool:
    """Whether commits may be shown with other parents or trees than their ids stand for."""
    if any(name in os.environ for name in _CHANGES_MEANING):
        return True
    if (repository.common_dir / "info" / "grafts").exists():
        return True
    return bool(repository.replaced)


def _read(shallow: Path) -> bytes:
    return read_file(shallow, limits.GIT_BYTES, RepositoryError)


def _key(repository: Repository, about: Sequence[str]) -> str:
    place = Path(os.path.realpath(repository.common_dir))
    shallow = place / "shallow"
    cut = blake2b(_read(shallow)).hexdigest() if shallow.exists() else "whole"
    return "\n".join([str(place), str(place.stat().st_ino), cut, *about])
