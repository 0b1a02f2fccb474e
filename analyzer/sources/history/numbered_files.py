"""Files that may be migrations by their paths, in a whole repository, on any branch.

One walk over all commits, without a pathspec: git then skips what is equal in two trees, and takes
a fraction of the time that it needs to hold every name against a pattern.
"""

import re
from collections.abc import Iterable, Iterator

from analyzer.records import Struct, field
from analyzer.sources.git.git import EVERYWHERE, Repository, decode

_NEWEST = 200_000  # commits; all folders of more take longer than anybody waits
_LOG = (
    "log",
    "-z",
    "--no-merges",
    "--no-color",
    "--no-decorate",
    "--no-notes",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--ignore-submodules=none",
    "--no-ext-diff",
    "--no-textconv",
    "--format=%H %ct",
    "--ignore-missing",
    "--stdin",
)
_NUMBERED = re.compile(
    rb"(?:.*/)?[0-9][^/]*\.(?:rb|sql|py|php|exs|[cm]?[jt]s)"
    rb"|(?:.*/)?[^/]*migrations?/(?:.*/)?[^/]+\.(?:sql|py|php|exs|[cm]?[jt]s)"
    rb"|(?:.*/)?versions/[^/]+\.py",
    re.DOTALL,
).fullmatch
_DELETED = "D"


class Touch(Struct, frozen=True):
    """What the newest commit that touched a file did to it.

    ``blob`` is the content that it gave the file, or took away; ``moment`` the committer's time in
    seconds since 1970.
    """

    moment: int
    commit: str
    blob: str
    deleted: bool


class NumberedFiles(Struct):
    """What is known: by path the newest touch, among all commits that the tips hold."""

    tips: frozenset[str] = frozenset()
    touches: dict[str, Touch] = field(default_factory=dict)

    def take(self, path: str, touch: Touch) -> None:
        """Keep a touch, unless a newer one is known; those of one walk come newest first."""
        known = self.touches.get(path)
        if known is None or known.moment < touch.moment:
            self.touches[path] = touch


def read_on(repository: Repository, known: NumberedFiles) -> NumberedFiles:
    """Read the commits that git keeps and that are not known.

    Merges are left out: what they have one of their parents has, a stash's untracked files too.

    Raises:
        RepositoryError: git cannot read the history.
    """
    read = NumberedFiles(frozenset(repository.tips))
    asked = "\n".join([*repository.tips, *(f"^{tip}" for tip in sorted(known.tips))])
    fields = repository.stream(*_LOG, *_since(repository), say=asked)
    for path, touch in _touches(fields):
        read.take(path, touch)
    for path, touch in known.touches.items():
        read.take(path, touch)
    return read


def _touches(fields: Iterable[bytes]) -> Iterator[tuple[str, Touch]]:
    commit, moment = "", 0
    fields = iter(fields)
    for each in fields:
        words = each.lstrip(b"\n")
        if not words.startswith(b":"):
            commit, _, seconds = words.decode("ascii").partition(" ")
            moment = int(seconds)
        elif _NUMBERED(path := next(fields)):
            _, _, before, after, status = words.decode("ascii").split(" ")
            deleted = status == _DELETED
            yield decode(path), Touch(moment, commit, before if deleted else after, deleted)


def _since(repository: Repository) -> list[str]:
    """Where the history is very long, the option that leaves out its older part."""
    said = repository.run(
        "rev-list", *EVERYWHERE, f"--skip={_NEWEST}", "--max-count=1", "--timestamp"
    )
    return [f"--max-age={said.split()[0].decode()}"] if said.split() else []


def unreachable(repository: Repository, commits: Iterable[str]) -> bool:
    """Whether git keeps one of the commits no longer."""
    asked = sorted(set(commits))
    there = repository.run("rev-list", "--no-walk", "--ignore-missing", *asked, "--")
    if len(there.split()) < len(asked):
        return True
    return bool(repository.run("rev-list", "--max-count=1", *asked, "--not", *EVERYWHERE, "--"))
