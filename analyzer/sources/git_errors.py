"""What git says when it fails, put so that the reader can go on."""

from pathlib import Path

from analyzer.errors import RepositoryError

SILENT = "it said nothing"  # as git grep does where it finds nothing


def failed(command: str, said: str) -> RepositoryError:
    """Put git's own words into an error that says how to go on."""
    words = said.strip().removeprefix("stderr: ").strip("'\n ") or SILENT
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


def lost(blob: str, place: Path) -> RepositoryError:
    """Say that a content is not in the repository."""
    return RepositoryError(
        f"content {blob} is not in {place}",
        why="the clone is partial, or an object was lost",
        fix="fetch it whole: git fetch --refetch, or clone again without --filter",
    )


def not_installed(said: str) -> RepositoryError:
    """Say that there is no git program that runs."""
    return RepositoryError("git cannot be run", why=said, fix="install git 2.31 or newer")
