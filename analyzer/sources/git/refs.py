"""Names for commits."""

from analyzer.records import Struct
from analyzer.sources.git.git import Repository

MAIN = ("origin/HEAD", "origin/main", "origin/master")
"""The branches that changes usually go into, by the names that a clone has for them."""

_LOCAL = ("main", "master")
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


class Branch(Struct, frozen=True):
    """A branch by its short name, and the commit that it is at."""

    name: str
    commit: str


def main_branch(repository: Repository) -> Branch | None:
    """The branch that changes are merged into, as far as the clone tells.

    Returns: the remote's where there is one, else the local one of a usual name, else what is
    checked out; None where there is no commit at all.
    """
    told = repository.lines(
        "for-each-ref",
        "--format=%(refname:lstrip=2) %(objectname)%00",
        *(f"refs/remotes/{name}" for name in MAIN),
        *(f"refs/heads/{name}" for name in _LOCAL),
    )
    tips = dict(line.strip().split(" ") for line in told if line.strip())
    for name in (*MAIN, *_LOCAL):
        if name in tips:
            return Branch(name, tips[name])
    head = repository.head()
    return None if head is None else Branch("HEAD", head)
