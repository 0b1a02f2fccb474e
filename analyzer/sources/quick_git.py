"""The gate to git for a command that must answer at once.

GitPython takes longer to import than such a command may run. Here git is found and run without
it, with the same settings. What is streamed opens GitPython after all.
"""

import os
import subprocess
from pathlib import Path

from analyzer.errors import RepositoryError
from analyzer.sources.git import (
    Repository,
    decode,
    environment_for,
    failed,
    lost,
    prefix,
)

_CHUNK = 1 << 16
_WHOLE = 1 << 62
# What a hook or a person may have set, and would lead git elsewhere (git-rev-parse(1),
# --local-env-vars); here it can be taken away
_LEADING_ASTRAY = frozenset(
    {
        "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX",
        "GIT_NAMESPACE", "GIT_GRAFT_FILE", "GIT_OBJECT_DIRECTORY", "GIT_EXTERNAL_DIFF",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE",
        "GIT_CEILING_DIRECTORIES",
    }
)  # fmt: skip


class QuickRepository(Repository):
    """A repository that is read through git's plumbing alone."""

    def __init__(self, git_dir: Path, common_dir: Path, work_tree: Path | None) -> None:
        self.git_dir, self.work_tree, self._common = git_dir, work_tree, common_dir
        self._prefix = prefix(git_dir, work_tree)
        self._environment = _clean_environment() | environment_for(git_dir, common_dir)
        self._reader: subprocess.Popen[bytes] | None = None

    @property
    def has_remote_branches(self) -> bool:
        """Whether anything was ever fetched from another repository."""
        return bool(self.run("for-each-ref", "--count=1", "--format=x", "refs/remotes").strip())

    def use_index(self, path: Path) -> None:
        """Read another index: ``git commit`` names to its hooks the one that it will commit."""
        self._environment["GIT_INDEX_FILE"] = str(path)

    def run(self, *args: str) -> bytes:
        """Run one plumbing command and return what it prints.

        Raises:
            RepositoryError: git failed; the error carries git's own words.
        """
        command = [*self._prefix, *args]
        done = subprocess.run(command, env=self._environment, capture_output=True, check=False)
        if done.returncode:
            raise failed(args[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def read_blob(self, blob: str) -> bytes:
        """Return a blob's content.

        Raises:
            RepositoryError: the clone does not hold the content.
        """
        return self.read_beginning(blob, _WHOLE)

    def read_beginning(self, blob: str, most: int) -> bytes:
        """Return the first ``most`` bytes of a blob; the rest is never held in memory.

        Raises:
            RepositoryError: the clone does not hold the content.
        """
        if self._reader is None:
            self._reader = subprocess.Popen(
                [*self._prefix, "cat-file", "--batch"], env=self._environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        asked, answer = self._reader.stdin, self._reader.stdout
        if asked is None or answer is None:
            raise lost(blob, self.path)
        asked.write(f"{blob}\n".encode())
        asked.flush()
        said = answer.readline().split()  # id, kind, size; or id and "missing"
        if said[1:2] != [b"blob"]:
            raise lost(blob, self.path)
        size = int(said[2])
        content = answer.read(min(size, most))
        rest = size - len(content) + 1  # and the newline that ends each answer
        while rest > 0:
            rest -= len(answer.read(min(rest, _CHUNK)))
        return content

    def close(self) -> None:
        """Let git go."""
        if self._reader is None:
            return
        for pipe in (self._reader.stdin, self._reader.stdout):
            if pipe is not None:
                pipe.close()
        self._reader.wait()
        self._reader = None


def open_quickly(path: str | None) -> QuickRepository:
    """Open the repository at or around ``path`` (default: the current folder).

    Raises:
        RepositoryError: no such folder, no repository there, or no git program.
    """
    where = path if path is not None else os.curdir
    said = _discover(where)
    git_dir, common_dir, bare, *top = [decode(line) for line in said.split(b"\n")[:4]]
    folder = Path(where).resolve()
    inside = bare != "true" and bool(top and top[0])
    return QuickRepository(Path(git_dir), folder / common_dir, Path(top[0]) if inside else None)


def _discover(where: str) -> bytes:
    """Ask git for its folder, the shared one, whether there is a work tree, and where."""
    asked = ["git", "-C", where, "rev-parse", "--absolute-git-dir", "--git-common-dir"]
    try:
        done = subprocess.run(
            [*asked, "--is-bare-repository", "--show-toplevel"],
            env=_clean_environment(), capture_output=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise RepositoryError(
            "git cannot be run", why=str(error.strerror), fix="install git 2.31 or newer"
        ) from error
    if done.returncode == 0 or done.stdout.count(b"\n") >= 3:  # noqa: PLR2004  all but the work tree
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


def _clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _LEADING_ASTRAY}
    return kept | {"LC_ALL": "C"}
