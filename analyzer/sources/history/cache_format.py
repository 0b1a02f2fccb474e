"""How an ancestry is written down: lines of JSON, each with its checksum.

The first line names the format, the key and how many commits follow; the others hold commits in
blocks, parents before children. A parent is written as its place among the commits, which is
shorter than its id, and makes a circle impossible. Blocks are large enough for the JSON decoder to
be the one at work, and small enough to bound the memory that is in use at once.

Nothing read is believed: a line that is cut, altered or not of the right shape voids the file.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from zlib import crc32

from analyzer.model.core.history import Commit, FileEvent
from analyzer.sources.files.bounded import parse_json
from analyzer.sources.history.ancestry import Ancestry, oldest_first
from analyzer.sources.history.log import moment

FORMAT = 2
_BLOCK = 500  # commits
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?").fullmatch


def encode_ancestry(known: Ancestry, key: str) -> Iterator[bytes]:
    """Write an ancestry down, piece by piece."""
    homes = [[tip, known.homes[tip]] for tip in sorted(known.homes)]
    head = {"format": FORMAT, "key": key, "commits": len(known.commits)}
    yield encode_line([head, sorted(known.tips), homes])
    places: dict[str, int] = {}
    ordered = oldest_first(known.commits, known.commits)
    while block := [_row(commit, places) for commit in islice(ordered, _BLOCK)]:
        yield encode_line(block)


def decode_ancestry(lines: Iterable[bytes], key: str) -> Ancestry | None:
    """Read an ancestry; None where it is not one, not whole, or of another key."""
    try:
        return _decode(iter(lines), key)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, StopIteration):
        return None


def _decode(lines: Iterator[bytes], key: str) -> Ancestry | None:
    head, tips, homes = decode_line(next(lines))
    if head["format"] != FORMAT or head["key"] != key:
        return None
    known = Ancestry()
    for commit in _commits(row for line in lines for row in decode_line(line)):
        if known.commits.setdefault(commit.sha, commit) is not commit:
            return None
    known.tips.update(map(read_id, tips))
    known.homes.update(
        (read_id(tip), None if home is None else read_id(home)) for tip, home in homes
    )
    whole = len(known.commits) == head["commits"]
    standing = all(home is None or home in known.commits for home in known.homes.values())
    return known if whole and standing and all(map(known.knows, known.tips)) else None


def encode_line(value: object) -> bytes:
    """Write one line, with its checksum."""
    text = json.dumps(value, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (crc32(text), text)


def decode_line(line: bytes) -> Any:  # noqa: ANN401  what it is, is for the reader to find out
    """Read what a line holds.

    Raises:
        ValueError: it is cut, altered or no JSON.
    """
    if int(line[:8], 16) != crc32(line[9:-1]):
        raise ValueError("altered")
    return parse_json(line[9:])


def _row(commit: Commit, places: dict[str, int]) -> list[object]:
    parents = [places[parent] for parent in commit.parents]
    places[commit.sha] = len(places)
    events = [
        [event.kind, event.path, event.blob, event.old_path, event.old_blob, event.similarity]
        for event in commit.events
    ]
    offset = commit.date.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset is not None else 0
    when = int(commit.date.timestamp())
    return [commit.sha, parents, when, minutes, commit.author, commit.subject, events]


def _commits(rows: Iterable[list[Any]]) -> Iterator[Commit]:
    ids: list[str] = []
    authors: dict[str, str] = {}
    for sha, parents, seconds, minutes, author, subject, events in rows:
        yield Commit(
            read_id(sha),
            tuple([ids[place] for place in parents]),
            authors.setdefault(read_text(author), author),
            moment(seconds, minutes),
            read_text(subject),
            tuple([_event(*event) for event in events]) if events else (),
        )
        ids.append(sha)


def _event(*found: Any) -> FileEvent:  # noqa: ANN401  checked here
    kind, path, blob, old_path, old_blob, similarity = found
    return FileEvent(
        read_text(kind),
        read_text(path),
        read_id(blob),
        None if old_path is None else read_text(old_path),
        None if old_blob is None else read_id(old_blob),
        None if similarity is None else int(similarity),
    )


def read_id(value: Any) -> str:  # noqa: ANN401
    """An id goes to git as it is, so it must be one."""
    if not _ID(value):
        raise ValueError("not an id")
    return str(value)


def read_text(value: Any) -> str:  # noqa: ANN401
    """Take a text as it is."""
    if type(value) is not str:
        raise TypeError("not a text")
    return value
