"""The one gate to git: plumbing commands through GitPython, NUL-separated, without surprises.

No pager, no hooks, no fsmonitor, no external diff, no text conversion, no optional locks, no
inherited GIT_DIR or GIT_WORK_TREE: a repository's own configuration must not run programs or
change what a command prints. Names are decoded as UTF-8 with surrogateescape, so that every
legal file name survives the round trip.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from subprocess import PIPE
from threading import Thread
from typing import IO, TYPE_CHECKING

from analyzer.errors import RepositoryError

if TYPE_CHECKING:
    from git import Git, Repo

_CHUNK = 1 << 16
_QUESTIONS = 500  # put at once: they must fit into a pipe, so that git can answer meanwhile
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


def decode(name: bytes) -> str:
    """Decode a file name; bytes that are not UTF-8 survive as surrogates."""
    return name.decode("utf-8", "surrogateescape")


class _Complaints:
    """What a command says on standard error, read as it comes: a full pipe would stop git."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._said = pipe, bytearray()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while chunk := self._pipe.read(_CHUNK):
            self._said += chunk[: _CHUNK - len(self._said)]

    def text(self) -> str:
        """All that was said, up to a limit, once the command has ended."""
        self._reader.join()
        return self._said.decode("utf-8", "replace")


class Repository:
    """A repository that is open for reading: an ordinary one, a bare one or a worktree."""

    _repo: "Repo | None" = None  # a subclass may find its repository without GitPython

    def __init__(self, repo: "Repo") -> None:
        self._repo, self._common = repo, Path(repo.common_dir)
        self.git_dir = Path(repo.git_dir)
        self.work_tree = _work_tree(repo)
        self._cat_file: Git.AutoInterrupt | None = None
        self._environment = environment_for(self.git_dir, Path(repo.common_dir))
        self._prefix = prefix(self.git_dir, self.work_tree)

    @cached_property
    def _git(self) -> "Git":
        from git import Repo

        return (self._repo or Repo(self.git_dir)).git

    @property
    def path(self) -> Path:
        """The folder a reader knows it by: the work tree, or the bare repository."""
        return self.work_tree or self.git_dir

    @property
    def common_dir(self) -> Path:
        """The folder that all worktrees of the repository share."""
        return self._common

    @property
    def shallow(self) -> bool:
        """Whether the beginning of the history was not fetched."""
        return (self.common_dir / "shallow").exists()

    def run(self, *args: str) -> bytes:
        """Run one plumbing command and return what it prints.

        Raises:
            RepositoryError: git failed; the error carries git's own words.
        """
        from git.exc import GitCommandError

        try:
            return self._git.execute(
                [*self._prefix, *args],
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                env=self._environment,
            )
        except GitCommandError as error:
            raise failed(args[0], str(error.stderr)) from error

    def stream(self, *args: str, say: str = "") -> Iterator[bytes]:
        """Run one plumbing command and yield its NUL-terminated fields as they come.

        Args:
            say: what the command is told on its standard input, which has no limit of length.
        """
        from git.exc import GitCommandError

        process = self._git.execute(
            [*self._prefix, *args], as_process=True, istream=PIPE, env=self._environment
        )
        complaints = _Complaints(process.stderr)
        try:
            with suppress(BrokenPipeError):  # it refused before it read; what it says comes below
                process.stdin.write(say.encode())
                process.stdin.close()
            rest = b""
            while chunk := process.stdout.read(_CHUNK):
                *fields, rest = (rest + chunk).split(b"\0")
                yield from fields
            if rest:
                yield rest
            process.wait()
        except GitCommandError as error:
            raise failed(args[0], complaints.text()) from error
        finally:
            _end(process, complaints)

    def converse(self, *args: str) -> "Conversation":
        """Start a plumbing command that echoes every line it does not take for a question."""
        process = self._git.execute(
            [*self._prefix, *args], as_process=True, istream=PIPE, env=self._environment
        )
        return Conversation(process, args[0])

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

    def read_blobs(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Give the blobs' contents in their order, through one long-lived ``cat-file --batch``.

        Raises:
            RepositoryError: the clone does not hold a content.
        """
        if self._cat_file is None:
            self._cat_file = self._git.execute(
                [*self._prefix, "cat-file", "--batch"],
                as_process=True, istream=PIPE, env=self._environment,
            )  # fmt: skip
        asked, answers = self._cat_file.stdin, self._cat_file.stdout
        for start in range(0, len(blobs), _QUESTIONS):
            some = blobs[start : start + _QUESTIONS]
            asked.write("".join(f"{blob}\n" for blob in some).encode())
            asked.flush()
            found = [_read_answer(answers) for _ in some]  # all: none may be left in the pipe
            for blob, content in zip(some, found, strict=True):
                if content is None:
                    raise lost(blob, self.path)
                yield content


def _read_answer(answers: IO[bytes]) -> bytes | None:
    """One answer of ``cat-file --batch``; None where it does not hold the content."""
    said = answers.readline().decode().split()  # id, kind, size; or id and "missing"
    if said[1:2] != ["blob"]:
        return None
    content = answers.read(int(said[2]))
    answers.read(1)  # the newline that ends each answer
    return content


class Conversation:
    """A plumbing command that answers many questions, in the order in which they are put.

    Each set of questions is followed by a line that is none. The command echoes it, and so says
    that the answers are complete; it is random, so that no content can be taken for it.
    """

    def __init__(self, process: "Git.AutoInterrupt", command: str) -> None:
        self._process, self._command = process, command
        self._mark = f"/{os.urandom(8).hex()}\n".encode()
        self._unread = b""

    def ask(self, lines: Iterable[str]) -> None:
        """Put a set of questions; may wait until earlier answers are read."""
        with suppress(OSError, ValueError):  # it ended; whoever reads the answers is told why
            self._process.stdin.write("\n".join([*lines, ""]).encode() + self._mark)
            self._process.stdin.flush()

    def answer(self) -> bytes:
        """Return all that was said to the oldest set of questions not yet answered.

        Raises:
            RepositoryError: git failed; the error carries git's own words.
        """
        searched = 0
        while (end := self._unread.find(self._mark, searched)) < 0:
            searched = max(0, len(self._unread) - len(self._mark))
            self._unread += self._read()
        said = self._unread[:end]
        self._unread = self._unread[end + len(self._mark) :]
        return said

    def _read(self) -> bytes:
        from git.exc import GitCommandError

        chunk: bytes = self._process.stdout.read1(_CHUNK)
        if chunk:
            return chunk
        try:
            self._process.wait()
        except GitCommandError as error:
            raise failed(self._command, str(error.stderr)) from error
        raise failed(self._command, "")

    def close(self) -> None:
        """End the command, whatever it is doing."""
        _end(self._process)


def open_repository(path: str | None) -> Repository:
    """Open the repository at or around ``path`` (default: the current folder).

    Raises:
        RepositoryError: no such folder, no repository there, or no git program.
    """
    try:
        from git import Repo
        from git.exc import InvalidGitRepositoryError, NoSuchPathError
    except ImportError as error:  # GitPython says so where there is no git program
        raise RepositoryError(
            "git cannot be run", why=str(error).splitlines()[0], fix="install git 2.31 or newer"
        ) from error
    where = path if path is not None else os.curdir
    try:
        return Repository(Repo(where, search_parent_directories=True, expand_vars=False))
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        raise RepositoryError(
            f"{where!r} is not in a git repository",
            why="there is no .git folder there or above it"
            if os.path.exists(where)  # noqa: PTH110  a Path would hide a trailing newline
            else "there is no such folder",
            fix="pass the repository's folder: --repo PATH",
        ) from error


def _end(process: "Git.AutoInterrupt", complaints: "_Complaints | None" = None) -> None:
    """End a command, whatever it is doing, and let go of its pipes."""
    ours = process.proc
    if ours is None:
        return
    ours.kill()
    if complaints is not None:
        complaints.text()  # no thread may outlive its pipe
    for pipe in (ours.stdin, ours.stdout, ours.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    ours.wait()


def _work_tree(repo: "Repo") -> Path | None:
    """The work tree, if there is one: GitPython takes a bare repository's parent for it.

    It may lie elsewhere, without a .git of its own: core.worktree, counted from the git folder.
    """
    configured = "" if repo.bare else _setting(repo, "core", "worktree")
    if configured and Path(repo.git_dir).samefile(repo.common_dir):  # a linked one has its own
        return Path(os.path.normpath(Path(repo.git_dir, configured)))
    folder = repo.working_tree_dir
    if folder is None or not Path(folder, ".git").exists():
        return None
    return Path(folder)


def _setting(repo: "Repo", section: str, name: str) -> str:
    """What the repository's own configuration says; empty where it says nothing."""
    with repo.config_reader("repository") as settings:
        return str(settings.get_value(section, name, ""))


def prefix(git_dir: Path, work_tree: Path | None) -> list[str]:
    """How each call of git begins: what may not surprise us, and where the repository is."""
    config = [part for setting in QUIET_CONFIG for part in ("-c", setting)]
    place = [f"--git-dir={git_dir}"]
    if work_tree is not None:
        place.append(f"--work-tree={work_tree}")
    return ["git", "--no-pager", "--no-optional-locks", "--literal-pathspecs", *config, *place]


def environment_for(git_dir: Path, common_dir: Path) -> dict[str, str]:
    """What a git command sees in place of what the caller's environment says.

    GitPython adds to the environment and cannot take away, so what a hook or a person may have
    set (git-rev-parse(1), --local-env-vars) is given the value it has without being set.
    """
    return {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_EXTERNAL_DIFF": "",
        "GIT_INDEX_FILE": str(git_dir / "index"),
        "GIT_OBJECT_DIRECTORY": str(common_dir / "objects"),
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


def lost(blob: str, place: Path) -> RepositoryError:
    """Say that a content is not in the repository."""
    return RepositoryError(
        f"content {blob} is not in {place}",
        why="the clone is partial, or an object was lost",
        fix="fetch it whole: git fetch --refetch, or clone again without --filter",
    )


def failed(command: str, said: str) -> RepositoryError:
    """Put git's own words into an error that says how to go on."""
    words = said.strip().removeprefix("stderr: ").strip("'\n ") or "it said nothing"
    if "dubious ownership" in words:
        return RepositoryError(
            "git refuses to read this repository",
            why="it belongs to another user",
            fix="if you trust it: git config --global --add safe.directory PATH",
        )
    return RepositoryError(
        f"git {command} failed",
        why=words,
        fix="run `git fsck` in the repository; if it is sound, report this",
    )
