"""A copy of a repository to run things in: its files, refs and reflogs, its objects borrowed.

Nothing in it leads back: the copy has a git directory, an index and refs of its own, and objects
are only ever read through the alternate.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from analyzer.errors import EnvironmentToolError
from analyzer.sources.git.git import Repository
from analyzer.sources.git.git_command import run_git_apart
from analyzer.sources.git.work_tree import list_left_out

_SMALL = 1 << 20  # bytes of an ignored file that is copied, such as config/master.key
_OWN = frozenset({"log", "tmp", "coverage"})  # ignored folders that programs write to: empty ones


def copy_repository(repository: Repository, into: Path, *, ref: str | None) -> Path:
    """Copy a repository, with its working tree as it lies, or with the files of a commit.

    Ignored folders, such as node_modules and vendor/bundle, are linked, as they are large; those
    that programs write to are made anew.

    Raises:
        EnvironmentToolError, RepositoryError: git failed.
    """
    into.mkdir(parents=True)
    _git(into, "init", "--quiet", "--template=", f"--object-format={_format(repository)}")
    alternate = into / ".git" / "objects" / "info" / "alternates"
    alternate.parent.mkdir(parents=True, exist_ok=True)
    alternate.write_bytes(_quoted(repository.common_dir.resolve() / "objects") + b"\n")
    _copy_refs(repository, into)
    if ref is not None or repository.work_tree is None:
        _git(into, "checkout", "--quiet", "--force", "--detach", repository.resolve(ref or "HEAD"))
        return into
    if repository.has_commits():
        _git(into, "read-tree", "HEAD")
    _copy_files(repository, repository.work_tree, into)
    return into


def _quoted(path: Path) -> bytes:
    """Write a path as git reads it in ``info/alternates``, where a bare line feed would end it."""
    octets = b"".join(b"\\%03o" % octet for octet in os.fsencode(path))
    return b'"%s"' % octets


def _format(repository: Repository) -> str:
    return "sha256" if repository.id_length > 40 else "sha1"  # noqa: PLR2004  digits of SHA-1


def _copy_refs(repository: Repository, into: Path) -> None:
    shallow = repository.common_dir / "shallow"
    if shallow.exists():
        shutil.copy(shallow, into / ".git" / "shallow")
    told = repository.run("for-each-ref", "--format=%(objectname) %(refname)")
    commands = []
    for line in told.splitlines():
        commit, _, name = line.partition(b" ")
        commands.append(b"create %s\0%s\0" % (name, commit))
    _git(into, "update-ref", "--stdin", "-z", stdin=b"".join(commands))
    if repository.has_commits():
        head = repository.resolve("HEAD")
        _git(into, "update-ref", "--no-deref", "HEAD", head)
    for source in (repository.common_dir / "logs", repository.git_dir / "logs"):
        if source.is_dir():
            shutil.copytree(source, into / ".git" / "logs", dirs_exist_ok=True)


def _copy_files(repository: Repository, root: Path, into: Path) -> None:
    listed = repository.lines("ls-files", "-c", "-o", "--exclude-standard", "-z")
    for path in dict.fromkeys(listed):
        _copy(root / path, into / path)
    _check_out(into, list_left_out(repository))
    ignored = repository.lines("ls-files", "-o", "-i", "--exclude-standard", "--directory", "-z")
    for path in _outermost(ignored):
        _copy_ignored(root / path, into / path)


def _check_out(into: Path, paths: Sequence[str]) -> None:
    """Write what a sparse checkout leaves out: whatever runs in the copy needs all of it."""
    names = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    if names:
        _git(into, "checkout-index", "--force", "--quiet", "-z", "--stdin", stdin=names)


def _outermost(paths: Iterable[str]) -> Iterable[str]:
    return (path.rstrip("/") for path in paths if path.rstrip("/"))


def _copy(source: Path, target: Path) -> None:
    if not source.exists() and not source.is_symlink():
        return  # deleted, and not yet staged
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():  # a submodule
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    elif source.is_symlink() or source.is_file():  # whoever reads a pipe may wait for ever
        shutil.copy2(source, target, follow_symlinks=False)


def _copy_ignored(source: Path, target: Path) -> None:
    if target.exists() or target.is_symlink():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        if source.name in _OWN:
            target.mkdir()
        else:
            target.symlink_to(source.resolve(), target_is_directory=True)
    elif source.is_symlink() or (source.is_file() and source.stat().st_size <= _SMALL):
        shutil.copy2(source, target, follow_symlinks=False)


def _git(folder: Path, *args: str, stdin: bytes = b"") -> None:
    """Run git in the copy, out of reach of the user's configuration and hooks."""
    done = run_git_apart(folder, *args, say=stdin)
    if done.returncode:
        raise EnvironmentToolError(
            f"git {args[0]} failed in the copy of the repository",
            why=done.stderr.decode("utf-8", "replace").strip() or f"status {done.returncode}",
            fix="check that git is 2.31 or newer, and that the disk is not full",
        )
