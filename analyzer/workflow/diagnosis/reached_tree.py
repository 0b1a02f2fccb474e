"""The tree at whose end a database stands that keeps nothing but that.

A version below it that was added later never ran, though the table looks as if it had: so the first
tree of the main line that ends there counts, and not the last.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from analyzer.frameworks.revision_graph import with_ancestors
from analyzer.model.core.history import Commit
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.workflow.reading.files.past_files import PastFiles

_MOST_TREES = 200  # that are looked into


def reached_tree(past: PastFiles, keys: frozenset[VersionKey]) -> FileSet | None:
    """The first tree of the main line whose end has the stored versions; None where none has."""
    carried = False
    looked = 0
    for commit in reversed(list(_main_line(past))):
        carried = carried or _touches(past, commit, keys)
        if not carried:
            continue
        looked += 1
        files = past.files_at(commit.sha)
        if _ends(files.files) == keys:
            return files
        if looked == _MOST_TREES:
            break
    return None


def that_ran(
    past: PastFiles,
    keys: frozenset[VersionKey],
    reached: FileSet,
    work_is_there: Callable[[MigrationFile], bool],
) -> list[MigrationFile]:
    """Of a database that stands at the end of a tree, the migrations that ran.

    They have the versions of today's files where these stand before its end, too. Of what is there
    no more only counts what a file behind the end may be now: what was renamed before it, or is
    deleted, changes nothing.

    Args: work_is_there: whether the database has what a file makes that came before the end later.
    """
    now = past.target.files.files
    then = {file.version.key: file for file in before(reached.files, keys)}
    inner = {file.version.key: file for file in before(now, keys)}
    behind = {file.version.key: file for file in now if file.version.key not in inner}
    moved = _moves(past)
    gone = [file for key, file in then.items() if key not in inner]

    def was_there(file: MigrationFile) -> bool:
        known = file.version.key in then or any(_may_be(it, file, moved) for it in gone)
        return known or work_is_there(file)

    def counts(file: MigrationFile) -> bool:
        key = file.version.key
        renamed = (it for it in behind.values() if it.version.key not in then)
        return key in keys or key in behind or any(_may_be(file, it, moved) for it in renamed)

    return [*filter(was_there, inner.values()), *filter(counts, gone)]


def before(files: Sequence[MigrationFile], keys: Collection[VersionKey]) -> list[MigrationFile]:
    """All that some versions come after, and these; where no file tells, by the versions."""
    ends = [file for file in files if file.version.key in keys]
    if not ends:
        return []
    if _is_line(files):
        last = max(file.version for file in ends)
        return [file for file in files if file.version <= last]
    by_text = {file.version.text: file for file in files}
    parents = {text: file.name.parents or () for text, file in by_text.items()}
    return [by_text[it] for it in with_ancestors(parents, [file.version.text for file in ends])]


def _is_line(files: Sequence[MigrationFile]) -> bool:
    return all(file.name.parents is None for file in files)


def _ends(files: Sequence[MigrationFile]) -> set[VersionKey]:
    """The versions that nothing comes after."""
    if not files:
        return set()
    if _is_line(files):
        return {max(file.version for file in files).key}
    named = {it for file in files for it in file.name.parents or ()}
    return {file.version.key for file in files if file.version.text not in named}


def _main_line(past: PastFiles) -> Iterator[Commit]:
    """The commits from the tip back, always the first parent."""
    by_sha = {commit.sha: commit for commit in past.history.commits}
    place = past.home(past.tip) if past.tip is not None else None
    while place is not None and place in by_sha:
        yield by_sha[place]
        place = next(iter(by_sha[place].parents), None)


def _touches(past: PastFiles, commit: Commit, keys: frozenset[VersionKey]) -> bool:
    names = (past.names.of(it.path, it.blob) for it in commit.events if it.kind != "D")
    return any(name is not None and name.version.key in keys for name in names)


def _moves(past: PastFiles) -> set[tuple[str, str]]:
    return {
        (event.old_path, event.path)
        for commit in past.history.commits
        for event in commit.events
        if event.old_path is not None
    }


def _may_be(old: MigrationFile, new: MigrationFile, moved: set[tuple[str, str]]) -> bool:
    alike = old.blob == new.blob or old.name.slug == new.name.slug
    return alike or (old.path, new.path) in moved
