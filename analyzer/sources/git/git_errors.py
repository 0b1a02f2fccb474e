"""What git says when it fails, put so that the reader can go on."""

from pathlib import Path

from analyzer.errors import RepositoryError

SILENT = "it said nothing"  # as git grep does where it finds nothing
# What git says of an object that is not there, in the C locale
_LOST = (
    "promisor",
    "missing blob",
    "missing tree",
    "missing commit",
    "unable to read",
    "bad object",
    "bad tree object",
    "could not get object info",
    "not a tree object",
    "could not read",
    "failed to read object",
    "invalid object",
    "unable to find",
    "failed to traverse parents",
    "unable to parse commit",
    "could not parse",
    "failed to unpack",
)


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


def speaks_of_lost_object(said: str) -> bool:
    """Whether git says that an object is not in the repository."""
    return any(words in said.lower() for words in _LOST)


def lost(what: str, place: Path, said: str, *, partial: bool, whole: str) -> RepositoryError:
    """Say that an object is not in the repository.

    Args:
        whole: the command that fetches all that there is.
    """
    if partial:
        return RepositoryError(
            f"{what} is not in {place}: the clone is partial",
            why="git leaves out contents or folders of a partial clone until they are asked for, "
            "and migdoctor fetches nothing" + (f" (git says: {said})" if said else ""),
            fix=f"fetch it whole: {whole}",
        )
    return RepositoryError(
        f"{what} is not in {place}",
        why="an object of the repository was lost" + (f" (git says: {said})" if said else ""),
        fix=f"fetch it again: {whole}; `git fsck` names what else is lost",
    )


def not_installed(said: str) -> RepositoryError:
    """Say that there is no git program that runs."""
    return RepositoryError("git cannot be run", why=said, fix="install git 2.31 or newer")


def unspeakable() -> RepositoryError:
    """Say that something that was to be asked about has no name that git could have."""
    return RepositoryError(
        "git cannot be asked about a name with a NUL character",
        why="no file and no revision can have such a name",
        fix="see which option or migration names one, and remove it",
    )
