"""The one gate to git: plumbing commands, NUL-separated, without surprises.

No pager, no hooks, no fsmonitor, no external diff, no text conversion, no optional locks, no
inherited GIT_DIR or GIT_WORK_TREE: a repository's own configuration must not run programs or
change what a command prints. Names are decoded as UTF-8 with surrogateescape, so that every
legal file name survives the round trip.

A long command is streamed through GitPython; a short one is run without it, as its import takes
longer than a hook or a second run may.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.bounded import run_bounded
from analyzer.sources.git_contents import ContentReader
from analyzer.sources.git_errors import failed
from analyzer.sources.git_place import (
    Place,
    clean_environment,
    environment_for,
    find_place,
    pathspecs,
    prefix,
)
from analyzer.sources.git_process import Conversation, load_streams, start, stream

__all__ = ["Conversation", "Repository", "decode", "load_streams", "open_repository", "pathspecs"]


def decode(name: bytes) -> str:
    """Decode a file name; bytes that are not UTF-8 survive as surrogates."""
    return name.decode("utf-8", "surrogateescape")


class Repository:
    """A repository that is open for reading: an ordinary one, a bare one or a worktree."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._prefix = prefix(place)
        self._environment = environment_for(place)

    @property
    def git_dir(self) -> Path:
        """The folder of this work tree's own state."""
        return self._place.git_dir

    @property
    def common_dir(self) -> Path:
        """The folder that all worktrees of the repository share."""
        return self._place.common_dir

    @property
    def work_tree(self) -> Path | None:
        """The folder of the files; None where the repository is bare."""
        return self._place.work_tree

    @property
    def path(self) -> Path:
        """The folder a reader knows it by: the work tree, or the bare repository."""
        return self.work_tree or self.git_dir

    @property
    def shallow(self) -> bool:
        """Whether the beginning of the history was not fetched."""
        return (self.common_dir / "shallow").exists()

    @cached_property
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
        done = run_bounded(
            [*self._prefix, *args], limits.GIT_BYTES, RepositoryError,
            environment=clean_environment() | self._environment, folder=self._place.folder,
        )  # fmt: skip
        if done.returncode:
            raise failed(args[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def stream(self, *args: str, say: str = "") -> Iterator[bytes]:
        """Run one plumbing command and yield its NUL-terminated fields as they come.

        Args:
            say: what the command is told on its standard input, which has no limit of length.
        """
        command = [*self._prefix, *args]
        process = start(command, self._place.folder, self._environment)
        return stream(process, args[0], say)

    def converse(self, *args: str) -> Conversation:
        """Start a plumbing command that echoes every line it does not take for a question."""
        command = [*self._prefix, *args]
        return Conversation(start(command, self._place.folder, self._environment), args[0])

    def lines(self, *args: str) -> list[str]:
        """Run one plumbing command and return its NUL-terminated fields, decoded."""
        return [decode(field) for field in self.run(*args).split(b"\0") if field]

    def resolve(self, revision: str) -> str:
        """Turn a revision into the id of its commit.

        Raises:
            RepositoryError: there is no such commit here.
        """
        try:
            said = self.run("rev-parse", "--verify", "--quiet", "--end-of-options",
                            f"{revision}^{{commit}}")  # fmt: skip
        except RepositoryError as error:
            raise RepositoryError(
                f"no commit {revision!r} in {self.path}",
                why="the revision is misspelt, was never fetched, or the history is shallow",
                fix="check it with `git log`, or fetch it: git fetch --all --tags"
                + (" --unshallow" if self.shallow else ""),
            ) from error
        return said.decode().strip()

    @cached_property
    def empty_tree(self) -> str:
        """The id of the tree without a file; it is as long as all ids of the repository."""
        return self.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def has_commits(self) -> bool:
        """Whether HEAD names a commit; false in a repository that was just made."""
        try:
            self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except RepositoryError:
            return False
        return True

    def read_blob(self, blob: str) -> bytes:
        """Return a blob's content; see ``read_blobs``."""
        return next(self.read_blobs([blob]))

    def read_beginning(self, blob: str, most: int) -> bytes:
        """Return the first ``most`` bytes of a blob; the rest is never held in memory.

        Raises:
            RepositoryError: the clone does not hold the content.
        """
        return next(self._contents.read([blob], most))

    def read_blobs(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Give the blobs' contents in their order.

        Raises:
            RepositoryError: the clone does not hold a content, or it is too large.
        """
        return self._contents.read_whole(blobs)

    @cached_property
    def _contents(self) -> ContentReader:
        environment = clean_environment() | self._environment
        return ContentReader(self._prefix, self.path, environment)

    def close(self) -> None:
        """Let git go."""
        contents = vars(self).pop("_contents", None)
        if contents is not None:
            contents.close()


def open_repository(path: str | None) -> Repository:
    """Open the repository at or around ``path`` (default: the current folder).

    Raises:
        RepositoryError: no such folder, no repository there, or no git program.
    """
    return Repository(find_place(path))
