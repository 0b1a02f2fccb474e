"""What ``git log`` says of the migration folders, commit by commit.

Two readings of the same facts. ``read_kept`` lets git simplify: it prints the commits that change
the folders, and every merge, with parents rewritten to the nearest kept ancestor. ``read_all``
prints every commit with the parents it has, for joining to what is already known: git's own
simplification would stop short at the seam (a merge with one parent beyond it is dropped, and
parents are not rewritten across it). Parents come first, whatever the commits' clocks say; in
any other order git forgets the parents of a commit that it has printed before its child.

Everything that a user's configuration could change in what is printed is asked for by name.
Source: git-log(1), History Simplification; git-config(1), sections log and diff.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from analyzer.model.history import Commit, FileEvent
from analyzer.sources.git import Repository, decode, pathspecs

_HEADER = b"\x01"
_FORMAT = "--format=tformat:%x01%H%x02%P%x02%at%x02%an%x02%s"
_RENAMES = ("-M50%", "-l1000", "--ignore-submodules=none")
_LOG = (
    "log", "-z", "--raw", "--no-abbrev", *_RENAMES, "--full-history",
    "--topo-order", "--reverse", "--diff-merges=first-parent", "--no-ext-diff",
    "--no-textconv", "--no-color", "--no-decorate", "--no-notes", "--encoding=UTF-8", _FORMAT,
    "--ignore-missing", "--stdin",
)  # fmt: skip
_TWO_PATHS = "RC"
_LAST_SECOND = 253402300799  # of the year 9999; a forged date must not stop the reading


def read_kept(
    repository: Repository, tips: Iterable[str], directories: Sequence[str]
) -> Iterator[Commit]:
    """Read the commits up to the tips that touch the folders, and the merges, parents first."""
    fields = repository.stream(
        *_LOG, "--parents", "--", *pathspecs(directories), say="\n".join(tips)
    )
    return parse_log(fields)


def read_all(
    repository: Repository, tips: Iterable[str], without: Iterable[str], directories: Sequence[str]
) -> Iterator[Commit]:
    """Read every commit of the tips that those in ``without`` do not hold, parents first.

    Parents are printed as they are. Commits in ``without`` that the repository has lost are
    passed over.
    """
    asked = [*tips, *(f"^{commit}" for commit in without)]
    fields = repository.stream(
        *_LOG, "--sparse", "--", *pathspecs(directories), say="\n".join(asked)
    )
    return parse_log(fields)


def read_events(
    repository: Repository, old: str, new: str, directories: Sequence[str]
) -> tuple[FileEvent, ...]:
    """What changed in the folders from a commit to another; no folders: in the whole tree."""
    fields = repository.stream(
        "diff-tree", "-r", "-z", "--raw", "--no-abbrev", *_RENAMES, "--no-ext-diff",
        "--no-textconv", old, new, "--", *pathspecs(directories),
    )  # fmt: skip
    return tuple(_event(raw.decode("ascii"), fields) for raw in fields)


def parse_log(fields: Iterator[bytes]) -> Iterator[Commit]:
    """Turn the NUL-separated fields of the log into commits."""
    known: dict[str, str] = {}  # one string for each id and author, however often it is printed
    header: str | None = None
    events: list[FileEvent] = []
    for raw in fields:
        field = raw.lstrip(b"\n")
        if field.startswith(_HEADER):
            if header is not None:
                yield _commit(header, events, known)
            header, events = field.decode("utf-8", "replace"), []
        elif field.startswith(b":"):
            events.append(_event(field.decode("ascii"), fields))
    if header is not None:
        yield _commit(header, events, known)


def moment(seconds: int) -> datetime:
    """A time that a commit claims, brought into the years that a date can hold."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), UTC)


def _commit(header: str, events: list[FileEvent], known: dict[str, str]) -> Commit:
    sha, parents, seconds, author, subject = header[1:].split("\x02", 4)
    return Commit(
        known.setdefault(sha, sha),
        tuple([known.setdefault(parent, parent) for parent in parents.split()]),
        known.setdefault(author, author), moment(int(seconds or 0)), subject, tuple(events),
    )  # fmt: skip


def _event(meta: str, fields: Iterator[bytes]) -> FileEvent:
    """Read one raw entry: ``:oldmode newmode oldblob newblob STATUS`` and its one or two paths."""
    _, _, old_blob, new_blob, status = meta.split(" ")
    kind, score = status[0], status[1:]
    first = decode(next(fields))
    if kind not in _TWO_PATHS:
        blob = old_blob if kind == "D" else new_blob
        return FileEvent(kind, first, blob, old_blob=None if kind == "A" else old_blob)
    second = decode(next(fields))
    return FileEvent(kind, second, new_blob, first, old_blob, int(score or 0))
