"""The fit of each commit's migrations with the applied rows.

The folder's state at a commit is its first parent's state plus its own events, so first parents
make a tree. One walk over that tree, applying events on the way down and taking them back on the
way up, visits every state in time linear in the number of events, and memory for one state.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from analyzer.model.core.history import Commit, FileEvent, History
from analyzer.model.core.migration import MigrationName
from analyzer.model.core.version import VersionKey
from analyzer.records import Struct

NameOf = Callable[[str, str], MigrationName | None]  # by path and content


class CommitFit(Struct, frozen=True):
    """A commit's versions against the applied ones, in counts.

    ``missing`` applied versions have no file, ``extra`` files' versions are not applied,
    ``doubled`` versions are carried by two files. Commits with the same ``names`` hold the same
    file names.
    """

    commit: str
    position: int  # in the history, oldest first
    missing: int
    extra: int
    doubled: int
    names: int

    @property
    def distance(self) -> int:
        """The number of versions that differ from the applied ones."""
        return self.missing + self.extra


class _State:
    """The folder's versions at one commit, kept up to date event by event."""

    def __init__(self, applied: frozenset[VersionKey], name_of: NameOf) -> None:
        self.applied, self.name_of = applied, name_of
        self.carriers: Counter[VersionKey] = Counter()  # version -> files that carry it
        self.paths: dict[str, VersionKey] = {}
        self.held = self.extra = self.doubled = 0
        self.names = 0  # exclusive or of the hashes of all paths: cheap to keep, order-free

    def apply(self, event: FileEvent) -> list[tuple[str, VersionKey | None]]:
        """Take an event in; return what would take it back."""
        undo = []
        if event.kind == "R" and event.old_path is not None:
            undo.append(self._set(event.old_path, None))
        if event.kind == "D":
            undo.append(self._set(event.path, None))
        else:
            name = self.name_of(event.path, event.blob)
            undo.append(self._set(event.path, name.version.key if name else None))
        return undo

    def restore(self, undo: list[tuple[str, VersionKey | None]]) -> None:
        """Take events back, last first."""
        for path, version in reversed(undo):
            self._set(path, version)

    def _set(self, path: str, version: VersionKey | None) -> tuple[str, VersionKey | None]:
        before = self.paths.pop(path, None)
        if before is not None:
            self._count(before, -1)
            self.names ^= hash(path)
        if version is not None:
            self.paths[path] = version
            self._count(version, 1)
            self.names ^= hash(path)
        return path, before

    def _count(self, version: VersionKey, change: int) -> None:
        was = self.carriers[version]
        now = self.carriers[version] = was + change
        self.doubled += (now > 1) - (was > 1)
        if version in self.applied:
            self.held += (now > 0) - (was > 0)
        else:
            self.extra += (now > 0) - (was > 0)


def first_parent_tree(history: History) -> tuple[list[Commit], dict[str, list[Commit]]]:
    """The history as a forest of first parents: its roots, and each commit's children."""
    known = {commit.sha for commit in history.commits}
    roots: list[Commit] = []
    children: dict[str, list[Commit]] = defaultdict(list)
    for commit in history.commits:
        if commit.parents and commit.parents[0] in known:
            children[commit.parents[0]].append(commit)
        else:
            roots.append(commit)
    return roots, children


def commit_fits(
    history: History, applied: frozenset[VersionKey], name_of: NameOf
) -> Iterator[CommitFit]:
    """Say of each commit how well it explains the applied versions, in no particular order."""
    position = {commit.sha: place for place, commit in enumerate(history.commits)}
    roots, children = first_parent_tree(history)
    state = _State(applied, name_of)
    undos: list[list[tuple[str, VersionKey | None]]] = []
    todo: list[Commit | None] = list(reversed(roots))  # None: leave the commit entered last
    while todo:
        commit = todo.pop()
        if commit is None:
            state.restore(undos.pop())
            continue
        undos.append([step for event in commit.events for step in state.apply(event)])
        missing = len(applied) - state.held
        yield CommitFit(
            commit.sha, position[commit.sha], missing, state.extra, state.doubled, state.names
        )
        todo.append(None)
        todo.extend(reversed(children[commit.sha]))
