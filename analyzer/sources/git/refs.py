"""Names for commits."""

from analyzer.sources.git.git import Repository

_KINDS = ("refs/heads", "refs/remotes", "refs/tags", "refs")  # what a reader knows best comes first


def name_ref(repository: Repository, commit: str) -> str | None:
    """A branch, else a tag, else any ref that holds the commit; None where none does."""
    for kind in _KINDS:
        said = repository.run(
            "for-each-ref", "--contains", commit, "--count=1", "--format=%(refname:short)", kind
        )
        if said.strip():
            return said.decode("utf-8", "replace").strip()
    return None
