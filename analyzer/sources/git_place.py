"""Where a repository is: its folders, found by git itself, and how each call of git begins."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.git_errors import failed, not_installed

QUIET_CONFIG = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "log.showSignature=false",  # would call gpg for every commit
    "log.showRoot=true",  # without it the first commit would seem to add nothing
    "log.follow=false",  # would follow one path through renames, and see nothing of a folder
    "diff.relative=false",  # would cut the paths when called in a sub-folder
    "diff.orderFile=/dev/null",
)
# What a hook or a person may have set, and would lead git elsewhere (git-rev-parse(1),
# --local-env-vars)
_LEADING_ASTRAY = frozenset(
    {
        "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX",
        "GIT_NAMESPACE", "GIT_GRAFT_FILE", "GIT_OBJECT_DIRECTORY", "GIT_EXTERNAL_DIFF",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE",
        "GIT_CEILING_DIRECTORIES",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A repository's folders; ``work_tree`` is None in a bare one."""

    git_dir: Path
    common_dir: Path
    work_tree: Path | None

    @property
    def folder(self) -> Path:
        """Where git is run: a path that it is given counts from there."""
        if self.work_tree is not None and self.work_tree.is_dir():
            return self.work_tree
        return self.git_dir


def find_place(path: str | None) -> Place:
    """Find the repository at or around ``path`` (default: the current folder).

    Raises:
        RepositoryError: no such folder, no repository there, or no git program.
    """
    where = os.curdir if path is None else _at_home(path)
    asked = ("--absolute-git-dir", "--git-common-dir", "--is-bare-repository")
    said = _ask(where, *asked)
    if said.count(b"\n") == len(asked):
        git_dir, common_dir, bare = said.splitlines()
    else:  # a folder's name holds a line feed
        git_dir, common_dir, bare = (_ask(where, question)[:-1] for question in asked)
    home = Path(os.fsdecode(git_dir))
    common = Path(where, os.fsdecode(common_dir)).resolve()
    return Place(home, common, None if bare == b"true" else _work_tree(where, home))


def _at_home(path: str) -> str:
    """A shell leaves the tilde in ``--repo=~/app`` alone."""
    return path if os.path.lexists(path) else os.path.expanduser(path)  # noqa: PTH111


def _ask(where: str, *questions: str) -> bytes:
    try:
        done = _git("-C", where, "rev-parse", *questions)
    except OSError as error:
        raise not_installed(str(error.strerror)) from error
    if done.returncode == 0:
        return done.stdout
    words = done.stderr.decode("utf-8", "replace")
    if "dubious ownership" in words:
        raise failed("rev-parse", words)
    raise RepositoryError(
        f"{where!r} is not in a git repository",
        why="there is no .git folder there or above it"
        if os.path.exists(where)  # noqa: PTH110  a Path would hide a trailing newline
        else "there is no such folder",
        fix="pass the repository's folder: --repo PATH",
    )


def _work_tree(where: str, git_dir: Path) -> Path | None:
    """The work tree; a folder outside it was named if git does not say, such as .git itself."""
    told = _git("-C", where, "rev-parse", "--show-toplevel")
    if told.returncode == 0 and told.stdout.strip():
        return Path(os.fsdecode(told.stdout[:-1]))
    linked = git_dir / "gitdir"  # of a linked work tree: the path of its .git
    if linked.is_file():
        with linked.open("rb") as file:
            return Path(os.fsdecode(file.read(limits.LINK).rstrip(b"\n"))).parent
    configured = _git(f"--git-dir={git_dir}", "config", "--local", "--get", "core.worktree").stdout
    if configured:
        return Path(os.path.normpath(git_dir / os.fsdecode(configured[:-1])))
    return git_dir.parent if git_dir.name == ".git" else None


def _git(*args: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *args], env=clean_environment(), capture_output=True, check=False)


def prefix(place: Place) -> list[str]:
    """How each call of git begins: what may not surprise us, and where the repository is."""
    config = [part for setting in QUIET_CONFIG for part in ("-c", setting)]
    where = [f"--git-dir={place.git_dir}"]
    if place.work_tree is not None:
        where.append(f"--work-tree={place.work_tree}")
    return ["git", "--no-pager", "--no-optional-locks", "--literal-pathspecs", *config, *where]


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would lead git elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEADING_ASTRAY}
    return kept | {"LC_ALL": "C"}


def environment_for(place: Place) -> dict[str, str]:
    """What a git command sees in place of what the caller's environment says.

    GitPython adds to the environment and cannot take away, so what leads astray is given the
    value it has without being set.
    """
    return {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_EXTERNAL_DIFF": "",
        "GIT_INDEX_FILE": str(place.git_dir / "index"),
        "GIT_OBJECT_DIRECTORY": str(place.common_dir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "0",
        "GIT_NOGLOB_PATHSPECS": "0",
        "GIT_ICASE_PATHSPECS": "0",
        "LC_ALL": "C",
    }


def pathspecs(directories: Sequence[str]) -> list[str]:
    """Folders as git takes them; its name for the root is a dot."""
    return [folder or "." for folder in directories]
