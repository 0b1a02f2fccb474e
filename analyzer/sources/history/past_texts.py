"""All texts that some files ever had, oldest first."""

from collections.abc import Iterator, Sequence

from analyzer.sources.git.git import Repository

_MOST = 5_000  # texts
_LOG = (
    "log",
    "--all",
    "--reverse",
    "--format=",
    "--raw",
    "--no-abbrev",
    "-z",
    "--no-renames",
    "-m",
)


def read_past_texts(repository: Repository, paths: Sequence[str]) -> Iterator[bytes]:
    """The texts of the files at some paths in all commits, each once.

    Raises:
        RepositoryError: git cannot read the history.
    """
    if not repository.has_commits():
        return
    told = repository.lines(*_LOG, "--", *paths)
    blobs = [it.split(" ")[3] for it in told if it.startswith(":")]
    known = [it for it in dict.fromkeys(blobs) if it.strip("0")][:_MOST]
    yield from repository.read_blobs(known)
