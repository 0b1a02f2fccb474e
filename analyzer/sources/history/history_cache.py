"""What earlier runs learned of a repository's history, kept in the user's cache folder.

Only facts that a commit's id settles for ever are kept, so a repository that was rewritten, or made
anew at the same place, cannot be told anything wrong: its new commits have other ids, and those
that its tips do not hold are not looked at. What could change the meaning of an id (replaced
objects, grafts) turns the cache off; a clone that was shallow and is no longer has another key.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.files.bounded import read_file
from analyzer.sources.git.git import Repository
from analyzer.sources.history.ancestry import Ancestry
from analyzer.sources.history.cache_folder import CacheFolder, find_cache_folder
from analyzer.sources.history.cache_format import FORMAT, decode_ancestry, encode_ancestry

_CHANGES_MEANING = (
    "GIT_GRAFT_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoryCache:
    """One file of the cache: what is known of some folders of one repository."""

    folder: CacheFolder
    key: str

    def load(self) -> Ancestry | None:
        """What is known; None where there is nothing, or nothing that can be relied on."""
        with self.folder.open(self._name) as file:
            return None if file is None else decode_ancestry(file, self.key)

    def save(self, known: Ancestry) -> None:
        """Keep it for later runs; where that is not possible, they do without."""
        self.folder.write(self._name, encode_ancestry(known, self.key))

    @property
    def _name(self) -> str:
        key = self.key.encode("utf-8", "surrogatepass")
        return f"{blake2b(key, digest_size=16).hexdigest()}.history"


def open_cache(repository: Repository, directories: Sequence[str]) -> HistoryCache | None:
    """The cache for the folders; None where it must not or cannot be used."""
    if _is_altered(repository):
        return None
    folder = find_cache_folder(outside=(repository.path, repository.common_dir))
    return HistoryCache(folder, _key(repository, directories)) if folder else None


def _is_altered(repository: Repository) -> bool:
    """Whether commits may be shown with other parents or trees than their ids stand for."""
    if any(name in os.environ for name in _CHANGES_MEANING):
        return True
    if (repository.common_dir / "info" / "grafts").exists():
        return True
    return bool(repository.run("for-each-ref", "--count=1", "refs/replace"))


def _read(shallow: Path) -> bytes:
    return read_file(shallow, limits.GIT_BYTES, RepositoryError)


def _key(repository: Repository, directories: Sequence[str]) -> str:
    place = Path(os.path.realpath(repository.common_dir))
    shallow = place / "shallow"
    cut = blake2b(_read(shallow)).hexdigest() if shallow.exists() else "whole"
    return "\n".join([str(FORMAT), str(place), str(place.stat().st_ino), cut, *sorted(directories)])
