"""The history of the migration folders, in one streaming pass of ``git log``.

Source: git-log(1), History Simplification: ``--full-history --parents`` keeps every commit that
changes the folders, and every merge, with parents rewritten to the nearest kept ancestor.
Rename detection is asked for, because a user's ``diff.renames=false`` would switch it off.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from analyzer.model.history import Commit, FileEvent, History
from analyzer.sources.git import Repository, decode

_HEADER = "\x01"
_FORMAT = f"--format=tformat:{_HEADER}%H%x02%P%x02%at%x02%an%x02%s"
_TWO_PATHS = "RC"


def read_history(
    repository: Repository,
    tips: Sequence[str],
    directories: Sequence[str],
    *,
    without: Sequence[str] = (),
) -> History:
    """Read what the folders went through up to the tips, oldest commit first.

    Args:
        tips: commits or ``--all``-like rev-list options.  without: commits whose ancestors are left out.
    """
    fields = repository.stream(
        "log", "-z", "--raw", "--no-abbrev", "-M", "--full-history", "--parents",
        "--diff-merges=first-parent", "--topo-order", "--reverse", "--no-ext-diff",
        "--no-textconv", "--no-color", "--no-decorate", "--no-notes", _FORMAT,
        *tips, *(f"^{commit}" for commit in without), "--", *directories,
    )  # fmt: skip
    return History(tuple(tips), tuple(parse_log(fields)), repository.shallow)


def read_lookalikes(
    repository: Repository, commit: str, target: str | None, directories: Sequence[str]
) -> list[tuple[str, str]]:
    """Paths that git pairs as renames between a commit and the target (None: the working tree)."""
    compare = ["diff-tree", "-r"] if target else ["diff-index"]
    fields = repository.stream(
        *compare, "-z", "--raw", "--no-abbrev", "-M50%", "--no-ext-diff", "--no-textconv",
        commit, *([target] if target else []), "--", *directories,
    )  # fmt: skip
    events = [_event(raw.decode("ascii"), fields) for raw in fields]
    return [(event.old_path, event.path) for event in events if event.old_path is not None]


def representative(repository: Repository, commit: str, directories: Sequence[str]) -> str | None:
    """The commit of the simplified history that has the same folders as this one."""
    said = repository.run(
        "rev-list", "--full-history", "--parents", "-1", commit, "--", *directories
    )
    return said.split()[0].decode() if said.strip() else None


def parse_log(fields: Iterator[bytes]) -> Iterator[Commit]:
    """Turn the NUL-separated fields of the log into commits."""
    header: str | None = None
    events: list[FileEvent] = []
    for raw in fields:
        field = raw.lstrip(b"\n")
        if field.startswith(_HEADER.encode()):
            if header is not None:
                yield _commit(header, events)
            header, events = field.decode("utf-8", "replace"), []
        elif field.startswith(b":"):
            events.append(_event(field.decode("ascii"), fields))
    if header is not None:
        yield _commit(header, events)


def _commit(header: str, events: list[FileEvent]) -> Commit:
    sha, parents, seconds, author, subject = header.removeprefix(_HEADER).split("\x02", 4)
    date = datetime.fromtimestamp(int(seconds or 0), UTC)
    return Commit(sha, tuple(parents.split()), author, date, subject, tuple(events))


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
