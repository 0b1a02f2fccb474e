"""What lies where at a commit: git is asked once for a folder, and at once for several paths."""

from collections.abc import Iterable, Sequence

from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import Entry, folder_of, list_commit, list_paths


class Listings:
    """The entries of commits, each listed once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._listed: dict[str, dict[tuple[str, ...], dict[str, Entry]]] = {}  # by commit
        self._single: dict[tuple[str, str], Entry | None] = {}  # by commit and path

    def below(self, commit: str, folders: Sequence[str]) -> list[Entry]:
        """The entries in folders of a commit, which is named by its whole id."""
        return [*self._below(commit, tuple(folders)).values()]

    def expect(self, commit: str, paths: Iterable[str]) -> None:
        """List several paths that will be asked for one by one."""
        unknown = [path for path in dict.fromkeys(paths) if (commit, path) not in self._single]
        if not unknown:
            return
        found = {entry.path: entry for entry in list_paths(self._repository, commit, unknown)}
        self._single |= {(commit, path): found.get(path) for path in unknown}

    def at(self, commit: str, path: str) -> Entry | None:
        """The entry of a path at a commit; None where there is none."""
        whole = next((it for it in self._listed if it.startswith(commit)), commit)
        for folders, entries in self._listed.get(whole, {}).items():
            if folder_of(path, folders) is not None:
                return entries.get(path)
        self.expect(whole, [path])
        return self._single[whole, path]

    def _below(self, commit: str, folders: tuple[str, ...]) -> dict[str, Entry]:
        listed = self._listed.setdefault(commit, {})
        if folders not in listed:
            wider = next((it for it in listed if _lie_in(folders, it)), None)
            listed[folders] = (
                {entry.path: entry for entry in list_commit(self._repository, commit, folders)}
                if wider is None
                else _within(listed[wider], folders)
            )
        return listed[folders]


def _lie_in(folders: Sequence[str], others: Sequence[str]) -> bool:
    return bool(folders) and all(folder_of(folder, others) is not None for folder in folders)


def _within(entries: dict[str, Entry], folders: Sequence[str]) -> dict[str, Entry]:
    return {path: it for path, it in entries.items() if folder_of(path, folders) is not None}
