"""Two points in history against each other: what they have in common, which paths differ."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.sources.git.gaps import cut_commits
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import Entry

_FLAGS = ("-r", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """The best common ancestor of two commits; None where there is none here."""
    said = repository.ask("merge-base", one, other)
    return said.decode("ascii").strip() if said else None


def is_ancestor(repository: Repository, old: str, new: str) -> bool:
    """Whether a commit is part of another one's history, as far as that is here."""
    return repository.ask("merge-base", "--is-ancestor", old, new) is not None


def cut_since(repository: Repository, start: str, tips: Sequence[str]) -> bool:
    """Whether a shallow clone's history is cut between a commit and one of the tips."""
    cut = cut_commits(repository)
    if not cut:
        return False
    since = repository.run("rev-list", *tips, f"^{start}").decode("ascii").split()
    return not cut.isdisjoint(since)


def changed_paths(repository: Repository, old: str, new: str) -> list[str]:
    """The paths that differ between two commits."""
    return repository.lines_of((old, new), "diff-tree", *_FLAGS, "--name-only", old, new)


def changed_in_index(repository: Repository, old: str) -> list[str]:
    """The paths that differ between a commit and the index."""
    return repository.lines("diff-index", "--cached", *_FLAGS[1:], "--name-only", old)


def list_index(repository: Repository, folders: Sequence[str] = ()) -> list[Entry]:
    """List what the index holds, all of it or in the folders; of a conflict, one side."""
    wanted = ["--", *(f"{folder}/" for folder in folders if folder)] if any(folders) else []
    found: dict[str, Entry] = {}
    for text in repository.lines("ls-files", "-s", "-z", *wanted):
        meta, _, path = text.partition("\t")
        mode, blob, _ = meta.split(" ")
        found[path] = Entry(path, mode, blob)
    return list(found.values())


def added_between(
    repository: Repository, old: str, new: str, folders: Sequence[str]
) -> Iterator[Entry]:
    """The files that commits between two points added in the folders, even if gone since."""
    fields: Iterable[str] = repository.lines(
        "log",
        "-z",
        "--format=",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--diff-filter=A",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--no-notes",
        "-m",
        "--first-parent",
        f"{old}..{new}",
        "--",
        *[folder or "." for folder in folders],
    )
    parts = iter(fields)
    for field in parts:
        meta = field.strip().lstrip(":").split(" ")
        yield Entry(next(parts), meta[1], meta[3])


def arrival(repository: Repository, commit: str, path: str) -> int | None:
    """How many commits of the main line a branch had when a path came, the latest time it did.

    Returns: None where that is not known, as in a shallow clone.
    """
    found = None if repository.shallow else _times(repository, "A", commit, [path], "-1")
    if not found:
        return None
    return int(repository.run("rev-list", "--first-parent", "--count", found[0].split()[0]))


def taken_away(
    repository: Repository, commit: str, folders: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """What a commit's main line took away in folders, by path, the last time that it did.

    Returns: the content of each path, and the commit that took it away; of what is here only.
    """
    found: dict[str, tuple[str, str]] = {}
    by = ""
    fields = iter(_times(repository, "D", commit, [folder or "." for folder in folders]))
    for field in fields:
        told = field.strip()
        if not told.startswith(":"):
            by = told
        else:
            found.setdefault(next(fields), (told.split(" ")[2], by))
    return found


def held_until(repository: Repository, commit: str, path: str, blob: str) -> str | None:
    """The last commit of a commit's main line that gave a path another text than this one.

    Returns: None where no commit of it, as far as that is here, took this text away.
    """
    by = ""
    fields = iter(_times(repository, "M", commit, [path]))
    for field in fields:
        told = field.strip()
        if not told.startswith(":"):
            by = told
        elif told.split(" ")[2] == blob:
            return by
        else:
            next(fields, None)  # the path
    return None


def _times(
    repository: Repository, what: str, commit: str, paths: Sequence[str], *more: str
) -> list[str]:
    """The commits of the main line that did something to paths, and what git says of each."""
    return repository.lines(
        "log",
        "-z",
        "--format=%H",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        f"--diff-filter={what}",
        "-m",
        "--first-parent",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--no-notes",
        *more,
        commit,
        "--",
        *paths,
    )
