"""Where a clone's history is cut: shallow, or grafted; and the commands that bring the rest.

A partial clone cuts nothing: where it lacks something, git says so when it is asked.
Sources: gitglossary(7), git-replace(1), gitrepository-layout(5) on ``shallow``, ``info/grafts``.
"""

import shlex
from collections.abc import Iterator, Sequence

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.model.core.gap import Gap
from analyzer.model.words.shell_word import shell_word
from analyzer.sources.files.bounded import read_file
from analyzer.sources.git.git import Repository

_MOST = 200  # replaced objects that are looked at; of more, the rest is taken for cut


def find_gaps(repository: Repository) -> tuple[Gap, ...]:
    """Say where the history is cut; mostly nowhere."""
    return (*_shallow(repository), *_replaced(repository), *_grafted(repository))


def bring_in(repository: Repository, paths: Sequence[str]) -> str:
    """Write the command that checks out files which a sparse checkout leaves out."""
    try:
        sparse = repository.run("config", "--type=bool", "--get", "core.sparseCheckout").strip()
    except RepositoryError:  # it is not set: somebody left out single files by hand
        sparse = b""
    whole = "git sparse-checkout disable"
    if sparse != b"true":
        return whole
    folders = dict.fromkeys(path.rpartition("/")[0] for path in paths)
    if "" in folders:
        return whole
    return f"git sparse-checkout add {shlex.join(folders)} (or all of them: {whole})"


def cut_commits(repository: Repository) -> frozenset[str]:
    """The commits of a shallow clone whose parents were not fetched."""
    if not repository.shallow:
        return frozenset()
    shallow = read_file(repository.common_dir / "shallow", limits.GIT_BYTES, RepositoryError)
    return frozenset(shallow.decode("ascii", "replace").split())


def _shallow(repository: Repository) -> Iterator[Gap]:
    if repository.shallow:
        yield Gap(
            "shallow",
            "the clone is shallow: the beginning of its history is missing",
            "renames and deletions before its first commit cannot be seen",
            f"fetch the rest: {repository.fetch('--unshallow')} "
            "(in GitHub Actions: fetch-depth: 0)",
        )


def _replaced(repository: Repository) -> Iterator[Gap]:
    names = repository.replaced
    hiding = [name for name in names[:_MOST] if _hides(repository, name)] + list(names[_MOST:])
    if hiding:
        yield Gap(
            "grafted",
            "the history is grafted: git replace puts other objects in the place of "
            f"{_listed(hiding)}",
            "what those commits hold, or came from, is hidden",
            f"show it again: git replace -d {' '.join(hiding)}",
        )


def _grafted(repository: Repository) -> Iterator[Gap]:
    file = repository.common_dir / "info" / "grafts"
    if not file.is_file():
        return
    text = read_file(file, limits.GIT_BYTES, RepositoryError)
    lines = text.decode("ascii", "replace").splitlines()
    names = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    hiding = [name for name in names[:_MOST] if _hides(repository, name)] + names[_MOST:]
    if hiding:
        yield Gap(
            "grafted",
            f"the history is grafted: info/grafts gives other parents to {_listed(hiding)}",
            "what those commits came from is hidden",
            f"show it again: mv {shell_word(str(file))} {shell_word(f'{file}.old')}",
        )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"


def _hides(repository: Repository, name: str) -> bool:
    """Whether a commit is shown without a parent or with another tree than it has.

    A graft that joins an older history adds parents, and hides nothing.
    """
    try:
        raw = repository.run("--no-replace-objects", "cat-file", "commit", name).decode("latin-1")
        shown = repository.run("rev-list", "--no-walk", "--parents", name).decode("ascii").split()
        tree = repository.run("rev-parse", f"{name}^{{tree}}").decode("ascii").strip()
    except RepositoryError:  # no commit, or one that is not here
        return True
    head = [line.split(" ", 1) for line in raw.partition("\n\n")[0].splitlines() if " " in line]
    parents = {value for key, value in head if key == "parent"}
    return not parents <= set(shown[1:]) or ["tree", tree] not in head
