"""Names for commits."""

from analyzer.sources.git import Repository


def name_ref(repository: Repository, commit: str) -> str | None:
    """A branch or tag that holds the commit, branches first; None where no ref does."""
    said = repository.run(
        "for-each-ref", "--contains", commit, "--count=1", "--format=%(refname:short)",
        "refs/heads", "refs/remotes", "refs/tags", "refs",
    )  # fmt: skip
    return said.decode("utf-8", "replace").strip() or None
