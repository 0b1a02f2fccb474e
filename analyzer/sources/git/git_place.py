"""Where a repository is: its folders, found by git itself."""

import os
from collections.abc import Sequence
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.records import Struct
from analyzer.sources.git.git_command import run_git
from analyzer.sources.git.git_errors import failed


class GitFolders(Struct, frozen=True):
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


def find_place(path: str | None) -> GitFolders:
    """Find the repository at or around ``path`` (default: the current folder).

    Raises:
        RepositoryError: no such folder, no repository there, or no git program.
    """
    where = os.curdir if path is None else _at_home(path)
    git_dir, common_dir, bare, top = _answers(where)
    home = Path(os.fsdecode(git_dir))
    common = Path(where, os.fsdecode(common_dir)).resolve()
    if bare == b"true":
        return GitFolders(home, common, None)
    return GitFolders(home, common, Path(os.fsdecode(top)) if top else _work_tree(where, home))


def _answers(where: str) -> tuple[bytes, bytes, bytes, bytes]:
    """The two folders, whether it is bare, and the work tree; empty where git has to be asked."""
    asked = ("--absolute-git-dir", "--git-common-dir", "--is-bare-repository")
    told = run_git("-C", where, "rev-parse", *asked, "--show-toplevel")
    match told.stdout.split(b"\n")[:-1], told.returncode:
        case [git_dir, common_dir, bare, top], 0:
            return git_dir, common_dir, bare, top
        case [git_dir, common_dir, b"true"], _:  # where there is no work tree, git fails over it
            return git_dir, common_dir, b"true", b""
        case _:  # a folder's name holds a line feed; or there is something to complain of
            git_dir, common_dir, bare = (_ask(where, question)[:-1] for question in asked)
            return git_dir, common_dir, bare, b""


def _at_home(path: str) -> str:
    """A shell leaves the tilde in ``--repo=~/app`` alone."""
    return path if os.path.lexists(path) else os.path.expanduser(path)  # noqa: PTH111


def _ask(where: str, *questions: str) -> bytes:
    done = run_git("-C", where, "rev-parse", *questions)
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
    told = run_git("-C", where, "rev-parse", "--show-toplevel")
    if told.returncode == 0 and told.stdout.strip():
        return Path(os.fsdecode(told.stdout[:-1]))
    linked = git_dir / "gitdir"  # of a linked work tree: the path of its .git
    if linked.is_file():
        with linked.open("rb") as file:
            return Path(os.fsdecode(file.read(limits.LINK).rstrip(b"\n"))).parent
    configured = run_git(
        f"--git-dir={git_dir}", "config", "--local", "--get", "core.worktree"
    ).stdout
    if configured:
        return Path(os.path.normpath(git_dir / os.fsdecode(configured[:-1])))
    return git_dir.parent if git_dir.name == ".git" else None


def arguments(place: GitFolders) -> list[str]:
    """Say to git where the repository is."""
    where = [f"--git-dir={place.git_dir}"]
    return where if place.work_tree is None else [*where, f"--work-tree={place.work_tree}"]


def environment_for(place: GitFolders) -> dict[str, str]:
    """Name the parts of a repository that a variable of the caller's could put elsewhere."""
    return {
        "GIT_INDEX_FILE": str(place.git_dir / "index"),
        "GIT_OBJECT_DIRECTORY": str(place.common_dir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
    }


def pathspecs(directories: Sequence[str]) -> list[str]:
    """Folders as git takes them; its name for the root is a dot."""
    return [folder or "." for folder in directories]
