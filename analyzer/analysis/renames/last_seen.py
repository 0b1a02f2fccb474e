"""The last commit of each deleted migration, and the first appearance of each name."""

from collections.abc import Callable, Collection, Iterable, Mapping

from analyzer.analysis.renames.lineage import ancestors
from analyzer.model.core.history import Commit, FileEvent, History
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.records import Struct

NameOf = Callable[[str, str], MigrationName | None]  # by path and content


class LastSeen(Struct, frozen=True):
    """A file that a commit took away, or, on a branch that still has it, a commit that has it."""

    last_seen: SeenFile
    position: int | None  # of that commit in the target's history; None: it is elsewhere


class Removal(Struct, frozen=True):
    """The commit that took a file away, and the one before, which still had it."""

    commit: str
    holder: str


def precedence(history: History) -> Callable[[str, str], bool]:
    """Whether one path was there before another came: its first commit is the other's ancestor.

    Of two that came on two branches neither was first, whatever their dates say.
    """
    first: dict[str, str] = {}
    for commit in history.commits:
        for event in commit.events:
            if event.kind != "D":
                first.setdefault(event.path, commit.sha)

    def came_before(one: str, other: str) -> bool:
        born, later = first.get(one), first.get(other)
        if born is None or later is None or born == later:
            return False
        return born in ancestors(history, later)

    return came_before


def removals(commits: Iterable[Commit], name_of: NameOf) -> Mapping[str, Removal]:
    """Each migration that some commits, oldest first, took away, by path, with the first to do so.

    A later one took away what had come back since, which need not be the same migration.
    """
    found: dict[str, Removal] = {}
    for commit in commits:
        for path, blob in _taken_away(commit.events):
            if path not in found and name_of(path, blob) is not None:
                holder = commit.parents[0] if commit.parents else commit.sha
                found[path] = Removal(commit.sha, holder)
    return found


def _taken_away(events: Iterable[FileEvent]) -> Iterable[tuple[str, str]]:
    for event in events:
        if event.kind == "D":
            yield event.path, event.blob
        elif event.kind == "R" and event.old_path is not None and event.old_blob is not None:
            yield event.old_path, event.old_blob


def find_versions(
    history: History, wanted: frozenset[VersionKey], name_of: NameOf
) -> Mapping[VersionKey, LastSeen]:
    """The last file that carried each wanted version, wherever in the history."""
    carriers = find_carriers(history, wanted, name_of)
    return {number: list(files.values())[-1] for number, files in carriers.items()}


def find_carriers(
    history: History, wanted: frozenset[VersionKey], name_of: NameOf
) -> Mapping[VersionKey, Mapping[str, LastSeen]]:
    """All files that ever carried each wanted version, by path, the one seen last at the end."""
    found: dict[VersionKey, dict[str, LastSeen]] = {}
    for position, commit in enumerate(history.commits):
        for path, blob, holder in _mentions(commit):
            name = name_of(path, blob)
            if name is None or name.version.key not in wanted:
                continue
            removed_by = commit.sha if holder != commit.sha else None
            file = MigrationFile(path, name, blob)
            files = found.setdefault(name.version.key, {})
            files.pop(path, None)  # so that it moves to the end
            files[path] = LastSeen(SeenFile(file, holder, removed_by), position)
    return found


def _mentions(commit: Commit) -> Iterable[tuple[str, str, str]]:
    """Paths in a commit's events, their content, and a commit that holds them."""
    before = commit.parents[0] if commit.parents else commit.sha
    for event in commit.events:
        if event.kind == "D":
            yield event.path, event.blob, before
        else:
            if event.old_path is not None and event.old_blob is not None:
                yield event.old_path, event.old_blob, before
            yield event.path, event.blob, commit.sha


def texts_before_return(history: History, paths: Collection[str]) -> Mapping[str, str]:
    """By path, what a file held before it was renamed, for those that a later commit renamed back.

    A repair by rename-back leaves such a trace: a migration ran, was renamed and edited, and got
    its name back with the edited text. Of several texts under the name the first one ran, as of
    several commits with the same names the first one was deployed.
    """
    wanted, first = frozenset(paths), dict[str, str]()
    left, found = dict[str, str](), dict[str, str]()
    for commit in history.commits:
        for event in commit.events:
            if event.kind == "R" and event.path in left:
                if left[event.path] in ancestors(history, commit.sha):
                    found.setdefault(event.path, first[event.path])
            elif event.kind != "D" and event.path in wanted:
                first.setdefault(event.path, event.blob)
            path, blob = _name_left(event)
            if path in wanted and blob is not None:
                first.setdefault(path, blob)
                left.setdefault(path, commit.sha)
    return found


def _name_left(event: FileEvent) -> tuple[str, str | None]:
    """The path that an event takes away, and what it held; an empty path where it takes none."""
    if event.kind == "D":
        return event.path, event.blob
    return (event.old_path or "", event.old_blob) if event.kind == "R" else ("", None)
