"""Where in a whole repository files of some versions are or were: any folder, branch, stash."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from analyzer.model.core.migration import MigrationName
from analyzer.sources.git.git import Repository

_MOST_VERSIONS, _MOST_COMMITS = 200, 500
_NEWEST = 50_000  # commits; all folders of more take longer than anybody waits
_GLOBS = ("--no-literal-pathspecs", "--glob-pathspecs")

NameOf = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A file that carries a version, and a commit that has it."""

    path: str
    name: MigrationName
    blob: str
    commit: str


def find_anywhere(
    repository: Repository, versions: Iterable[int], name_of: NameOf
) -> Mapping[int, Whereabouts]:
    """Look through all that git keeps, the reflog and stashes included.

    Args: name_of: the framework's reading of a path; anything but a MigrationName is none.
    Returns: for each version the newest file that carries it; versions without one are left out.
    """
    wanted = set(sorted(versions)[:_MOST_VERSIONS])
    found: dict[int, Whereabouts] = {}
    for commit in _commits(repository, wanted):
        for status, blob, path in _changes(repository, commit):
            name = name_of(path)
            if not isinstance(name, MigrationName) or name.version.number not in wanted:
                continue
            holder = repository.resolve(f"{commit}^") if status == "D" else commit
            found.setdefault(name.version.number, Whereabouts(path, name, blob, holder))
        if wanted <= found.keys():
            break
    return found


def _commits(repository: Repository, versions: Iterable[int]) -> list[str]:
    """The commits that touch a file whose name begins with one of the versions, newest first.

    Merges are left out: what they have one of their parents has, a stash's untracked files too.
    """
    globs = [f"**/{zeros}{version}_*.rb" for version in sorted(versions) for zeros in ("", "0*")]
    if not globs:
        return []
    said = repository.run(
        *_GLOBS, "rev-list", "--all", "--reflog", "--full-history", "--no-merges",
        f"--max-count={_MOST_COMMITS}", *_since(repository), "--", *globs,
    )  # fmt: skip
    return said.decode().split()


def _since(repository: Repository) -> list[str]:
    """Where the history is very long, the option that leaves out its older part."""
    said = repository.run(
        "rev-list", "--all", "--reflog", f"--skip={_NEWEST}", "--max-count=1", "--timestamp"
    )
    return [f"--max-age={said.split()[0].decode()}"] if said.split() else []


def _changes(repository: Repository, commit: str) -> Iterator[tuple[str, str, str]]:
    """Status, content and path of each file that a commit changed."""
    fields = iter(
        repository.lines(
            "diff-tree", "-r", "--root", "--no-renames", "--no-commit-id", "-z", commit
        )
    )
    for meta in fields:
        _, _, before, after, status = meta.split(" ")
        yield status, before if status == "D" else after, next(fields)
