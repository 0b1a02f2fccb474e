"""Where in a whole repository files of some versions are or were: any folder, branch, stash."""

from collections.abc import Iterable, Iterator, Mapping

from analyzer.frameworks.path_names import name_at
from analyzer.frameworks.ports.files import Files
from analyzer.model.core.migration import MigrationName
from analyzer.model.core.version import Version, VersionKey
from analyzer.records import Struct
from analyzer.sources.git.git import Repository
from analyzer.sources.history.numbered_cache import open_cache
from analyzer.sources.history.numbered_files import (
    NumberedFiles,
    Touch,
    read_on,
    unreachable,
)

_MOST_VERSIONS = 200

Found = tuple[str, MigrationName, Touch]


class Whereabouts(Struct, frozen=True):
    """A file that carries a version, and a commit that has it."""

    path: str
    name: MigrationName
    blob: str
    commit: str


def find_anywhere(
    repository: Repository, versions: Iterable[Version], files: Files, *, cache: bool = False
) -> Mapping[VersionKey, Whereabouts]:
    """Look through all that git keeps, the reflog and stashes included.

    Args:
        files: how the framework reads the last part of a path.
        cache: whether what earlier runs read may be relied on, and what is read be kept for later
            ones; what is found is the same with and without.

    Returns: for each version the newest file that carries it; versions without one are left out.
    """
    wanted = frozenset(version.key for version in sorted(versions)[:_MOST_VERSIONS])
    found: dict[VersionKey, Found] = {}
    for each in _of_versions(wanted, _PlaceReader(repository, cache=cache), files):
        _, name, touch = each
        newest = found.setdefault(name.version.key, each)
        if newest[2].moment < touch.moment:
            found[name.version.key] = each
    return {key: _whereabouts(repository, *each) for key, each in found.items()}


def _of_versions(
    wanted: frozenset[VersionKey], reader: "_PlaceReader", files: Files
) -> list[Found]:
    """All files of the versions; read anew where git keeps one of their commits no longer."""
    found = list(_named(wanted, reader.read(), files))
    if found and reader.is_stale(touch.commit for _, _, touch in found):
        found = list(_named(wanted, reader.read_anew(), files))
    return found


def _named(wanted: frozenset[VersionKey], numbered: NumberedFiles, files: Files) -> Iterator[Found]:
    for path, touch in numbered.touches.items():
        name = name_at(files, path)
        if isinstance(name, MigrationName) and name.version.key in wanted:
            yield path, name, touch


def _whereabouts(
    repository: Repository, path: str, name: MigrationName, touch: Touch
) -> Whereabouts:
    holder = repository.resolve(f"{touch.commit}^") if touch.deleted else touch.commit
    return Whereabouts(path, name, touch.blob, holder)


class _PlaceReader:
    """Reads the numbered files, only what no earlier run read."""

    def __init__(self, repository: Repository, *, cache: bool) -> None:
        self._repository = repository
        self._cache = open_cache(repository) if cache else None
        self._lost = False  # whether an earlier run saw commits that may be gone

    def read(self) -> NumberedFiles:
        known = self._cache.load() if self._cache else NumberedFiles()
        tips = frozenset(self._repository.tips)
        self._lost = not known.tips <= tips
        return known if tips <= known.tips else self._read_on(known)

    def is_stale(self, commits: Iterable[str]) -> bool:
        return self._lost and unreachable(self._repository, commits)

    def read_anew(self) -> NumberedFiles:
        return self._read_on(NumberedFiles())

    def _read_on(self, known: NumberedFiles) -> NumberedFiles:
        read = read_on(self._repository, known)
        if self._cache:
            self._cache.save(read)
        return read
