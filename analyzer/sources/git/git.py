"""One repository, asked through plumbing commands, NUL-separated, without surprises.

A repository's own configuration neither runs programs nor changes what a command prints: each call
begins as ``git_command`` says. Names are decoded as UTF-8 with surrogateescape, so that every
legal file name survives the round trip.

A long command is streamed through GitPython; a short one is run without it, as its import takes
longer than a hook or a second run may.
"""

import os
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from analyzer.errors import RepositoryError
from analyzer.sources.git.git_command import Done, run_git
from analyzer.sources.git.git_contents import ContentReader
from analyzer.sources.git.git_errors import failed, lost, speaks_of_lost_object
from analyzer.sources.git.git_place import (
    GitFolders,
    arguments,
    environment_for,
    find_place,
    pathspecs,
)
from analyzer.sources.git.git_process import Conversation, load_streams, start, stream

__all__ = [
    "EVERYWHERE",
    "Conversation",
    "Repository",
    "decode",
    "load_streams",
    "open_repository",
    "pathspecs",
]


EVERYWHERE = ("--all", "--reflog")

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def decode(name: bytes) -> str:
    """Decode a file name; bytes that are not UTF-8 survive as surrogates."""
    return name.decode("utf-8", "surrogateescape")


class Repository:
    """A repository that is open for reading: an ordinary one, a bare one or a worktree."""

    def __init__(self, place: GitFolders) -> None:
        self._place = place
        self._where = arguments(place)
        self._environment = environment_for(place)
        self._settled: dict[tuple[str, ...], list[str] | RepositoryError] = {}
        self._head: str | None = None  # where it once was

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

    @property
    def may_be_sparse(self) -> bool:
        """Whether the work tree may lack files that git has: it is, or once was, told to."""
        return (self.git_dir / "info" / "sparse-checkout").exists()

    @cached_property
    def has_remote_branches(self) -> bool:
        """Whether anything was ever fetched from another repository."""
        return bool(self.run("for-each-ref", "--count=1", "--format=x", "refs/remotes").strip())

    def ignore_replacements(self) -> None:
        """Read all objects as they were made, whatever git replace and info/grafts say."""
        self._environment |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": f"{os.devnull}/none"}
        self._settled.clear()

    def use_index(self, path: Path) -> None:
        """Read another index: ``git commit`` names to its hooks the one that it will commit."""
        self._environment["GIT_INDEX_FILE"] = str(path)

    def run(self, *args: str) -> bytes:
        """Run one plumbing command and return what it prints.

        Raises:
            RepositoryError: git failed; the error carries git's own words.
        """
        return self._printed(args[0], self._run(args))

    @property
    def remotes(self) -> tuple[str, ...]:
        """The names of its remotes."""
        return tuple(decode(name) for name in self._run(["remote"]).stdout.splitlines())

    def fetch(self, *options: str) -> str:
        """Write the command that fetches, for a person to run: it names a remote if it must."""
        remotes = self.remotes
        named = [] if "origin" in remotes else [*remotes[:1]] or ["URL"]
        return f"git fetch {shlex.join([*options, *named])}"

    def _fetch_all(self) -> str:
        return self.fetch("--tags", "--unshallow") if self.shallow else "git fetch --all --tags"

    def _failed(self, command: str) -> Callable[[str], RepositoryError]:
        """Make errors of what a command says: an object that is not here has causes of its own."""

        def fail(said: str) -> RepositoryError:
            if speaks_of_lost_object(said):
                return self._lost(f"what git {command} asks for", said.strip().splitlines()[-1])
            return failed(command, said)

        return fail

    def _lost(self, what: str, said: str = "") -> RepositoryError:
        """Say why an object may be missing here, and how to get it."""
        whole = self.fetch("--refetch", "--no-filter")
        if self.shallow:
            whole = f"{self.fetch('--unshallow')} && {whole}"
        return lost(what, self.path, said, partial=self.partial, whole=whole)

    @property
    def partial(self) -> bool:
        """Whether git was told to fetch contents, or trees too, only when they are asked for."""
        asked = r"^(remote\..*\.promisor|extensions\.partialclone)$"
        return bool(self._run(["config", "--get-regexp", asked]).stdout)

    def ask(self, *args: str) -> bytes | None:
        """What a plumbing command prints; None where it answers no, with nothing but its status.

        Raises:
            RepositoryError: git failed; the error carries git's own words.
        """
        done = self._run(args)
        if done.returncode == 1 and not done.stderr.strip():
            return None
        return self._printed(args[0], done)

    def _run(self, args: Sequence[str]) -> Done:
        own, folder = self._environment, self._place.folder
        return run_git(*self._where, *args, own=own, folder=folder)

    def _printed(self, command: str, done: Done) -> bytes:
        if done.returncode:
            raise self._failed(command)(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def stream(self, *args: str, say: str = "") -> Iterator[bytes]:
        """Run one plumbing command and yield its NUL-terminated fields as they come.

        Args:
            say: what the command is told on its standard input, which has no limit of length.
        """
        process = start([*self._where, *args], self._place.folder, self._environment)
        return stream(process, self._failed(args[0]), say)

    def converse(self, *args: str) -> Conversation:
        """Start a plumbing command that echoes every line it does not take for a question."""
        process = start([*self._where, *args], self._place.folder, self._environment)
        return Conversation(process, self._failed(args[0]))

    def lines(self, *args: str) -> list[str]:
        """Run one plumbing command and return its NUL-terminated fields, decoded."""
        return [decode(field) for field in self.run(*args).split(b"\0") if field]

    def lines_of(self, commits: Sequence[str], *args: str) -> list[str]:
        """The same of a command whose answer its commits settle: asked once, if ids name them."""
        if not all(map(_ID.fullmatch, commits)):
            return self.lines(*args)
        if args not in self._settled:
            try:
                self._settled[args] = self.lines(*args)
            except RepositoryError as error:  # git grep says so that it found nothing
                self._settled[args] = error
        answer = self._settled[args]
        if isinstance(answer, RepositoryError):
            raise answer
        return list(answer)

    def resolve(self, revision: str) -> str:
        """Turn a revision into the id of its commit.

        Raises:
            RepositoryError: there is no such commit here.
        """
        try:
            said = self.run(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            )
        except RepositoryError as error:
            raise RepositoryError(
                f"no commit {revision!r} in {self.path}",
                why="the revision is misspelt, was never fetched, or the history is shallow",
                fix=f"check it with `git log`, or fetch it: {self._fetch_all()}",
            ) from error
        return said.decode().strip()

    @cached_property
    def tips(self) -> tuple[str, ...]:
        """The commits that hold all others that git keeps: on refs, in the reflog, in stashes."""
        return tuple(self.run("rev-list", "--no-walk", *EVERYWHERE, "--").decode().split())

    @cached_property
    def empty_tree(self) -> str:
        """The id of the tree without a file."""
        return self.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    @cached_property
    def id_length(self) -> int:
        """How many digits all ids of the repository have: 40, or 64 with SHA-256."""
        return len(self._head or self.head() or self.empty_tree)

    @cached_property
    def replaced(self) -> tuple[str, ...]:
        """The ids of the objects in whose place ``git replace`` puts others."""
        said = self.run("for-each-ref", "--format=%(refname:lstrip=2)", "refs/replace")
        return tuple(said.decode("ascii", "replace").split())

    def head(self) -> str | None:
        """The id of the commit that HEAD names; None in a repository that was just made."""
        try:
            said = self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except RepositoryError:
            return None
        self._head = said.decode().strip()
        return self._head

    def has_commits(self) -> bool:
        """Whether HEAD names a commit; false in a repository that was just made."""
        return self.head() is not None

    @property
    def committed(self) -> str:
        """What a work tree is compared with: the last commit, or nothing before the first."""
        return "HEAD" if self.has_commits() else self.empty_tree

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
        return ContentReader(self._where, self._lost, self._environment)

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
