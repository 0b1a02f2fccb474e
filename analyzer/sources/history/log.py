"""The commits that git holds, parents first, each with what it changed in the migration folders.

One pass of plumbing: ``git log`` names the commits, their parents and trees, ``git diff-tree``
compares each tree with the first parent's. Reading trees is nearly all of the work, so it is shared
by as many processes as there are processors; the answers are put back in order.

Nothing is simplified by git, and everything that a user's configuration could change in what is
printed is asked for by name. Source: git-log(1), git-diff-tree(1), git-config(1).
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from queue import Full, Queue
from threading import Event, Thread

from analyzer import limits
from analyzer.model.core.history import Commit, FileEvent
from analyzer.records import Struct
from analyzer.sources.git.git import Conversation, Repository, decode, pathspecs

_LOG = (
    "log",
    "-z",
    "--topo-order",
    "--reverse",
    "--no-color",
    "--no-decorate",
    "--no-notes",
    "--encoding=UTF-8",
    "--date=raw",
    "--format=%H %T %P%x02%ad%x02%an%x02%s",
    "--ignore-missing",
    "--stdin",
)
_RAW = (
    "-r",
    "-z",
    "--raw",
    "--no-abbrev",
    "-M50%",
    "-l1000",
    "--ignore-submodules=none",
    "--no-ext-diff",
    "--no-textconv",
)
_BLOCK = 1000  # commits: neighbours share trees, so they go to one process
_MOST_PROCESSES = 4
_PATIENCE = 0.1  # seconds between two looks at whether the reader has gone
_MOST_TREES = 20_000  # in each of two generations
_SEPARATOR = b"\x02"
_TWO_PATHS = "RC"
_DAY = 24 * 60  # minutes
# a day before the end of the year 9999; a forged date must not stop the reading
_LAST_SECOND = 253402300799 - _DAY * 60

Events = tuple[FileEvent, ...]


# not frozen: that would take half of the time of making so many
class RawCommit(Struct):
    """A commit with the parents that it has, and its events against the first of them."""

    sha: str
    parents: tuple[str, ...]
    words: bytes  # when, who and what, as git prints them
    key: str  # what git begins its comparison with the first parent with
    events: Events = ()

    def settled(self, parents: tuple[str, ...], events: Events) -> Commit:
        """The commit as a part of a history, with parents of that history."""
        when, author, subject = self.words.decode("utf-8", "replace").split("\x02", 2)
        return Commit(
            self.sha,
            parents,
            author[: limits.SUBJECT],
            _moment_of(when),
            subject[: limits.SUBJECT],
            events,
        )


def _moment_of(raw: str) -> datetime:
    """Read the author's time as git keeps it: seconds, and the offset of their clock (+0200)."""
    seconds, _, offset = raw.partition(" ")
    sign, hours, minutes = offset[:1], offset[1:3], offset[3:5]
    known = len(offset) == len("+0200") and (hours + minutes).isdecimal()
    east = int(hours) * 60 + int(minutes) if known else 0
    return moment(limits.read_number(seconds) or 0, -east if sign == "-" else east)


def moment(seconds: int, offset: int = 0) -> datetime:
    """A time that a commit claims, brought into the years that a date can hold.

    Args: seconds: since 1970.  offset: minutes that the author's clock is ahead of UTC.
    """
    zone = timezone(timedelta(minutes=offset)) if abs(offset) < _DAY else UTC
    return datetime.fromtimestamp(min(max(seconds, _DAY * 60), _LAST_SECOND), zone)


def read_blocks(
    repository: Repository, tips: Iterable[str], without: Iterable[str], directories: Sequence[str]
) -> Iterator[list[RawCommit]]:
    """Read the commits that the tips hold and those in ``without`` do not, parents first.

    Commits in ``without`` that the repository has lost are passed over.

    Raises:
        RepositoryError: git cannot read the history.
    """
    asked = "\n".join([*tips, *(f"^{commit}" for commit in without)])
    feeder = _Feeder(repository, repository.stream(*_LOG, say=asked), directories)
    feeder.start()
    try:
        while (fed := feeder.blocks.get()) is not None:
            if isinstance(fed, Exception):
                raise fed
            changed = _changes(fed.comparer.answer())
            for commit in fed.commits if changed else ():
                commit.events = changed.get(commit.key, ())
            yield fed.commits
    finally:
        feeder.stop()


class _Block(Struct, frozen=True):
    """Commits whose comparison was asked for, and who will answer."""

    commits: list[RawCommit]
    comparer: Conversation


_Fed = _Block | Exception | None  # None: there are no more


class _Feeder(Thread):
    """Puts block after block to the comparing processes, ahead of who reads their answers."""

    def __init__(
        self, repository: Repository, headers: Iterator[bytes], directories: Sequence[str]
    ) -> None:
        super().__init__(daemon=True)
        self.blocks: Queue[_Fed] = Queue(2 * _MOST_PROCESSES)
        self._repository, self._headers, self._directories = repository, headers, directories
        self._comparers: list[Conversation] = []
        self._trees = _Trees()
        self._turn = 0
        self._stopped = Event()

    def run(self) -> None:
        """Feed until there is nothing left; what goes wrong is handed to the reader."""
        try:
            while headers := list(islice(self._headers, _BLOCK)):
                questions: dict[str, None] = {}  # each once: a merge may repeat its branch
                commits = [self._trees.raw_commit(header, questions) for header in headers]
                block = _Block(commits, self._next_comparer())
                self._put(block)
                if self._stopped.is_set():
                    return
                block.comparer.ask(questions)
            self._put(None)
        except Exception as error:  # noqa: BLE001  raised again where the blocks are read
            self._put(error)

    def stop(self) -> None:
        """End everything, finished or not."""
        self._stopped.set()
        for comparer in self._comparers:
            comparer.close()

    def _put(self, fed: _Fed) -> None:
        while not self._stopped.is_set():
            with suppress(Full):
                self.blocks.put(fed, timeout=_PATIENCE)
                return

    def _next_comparer(self) -> Conversation:
        """The process whose turn it is; each is started when it is first needed."""
        if len(self._comparers) < _processes():
            command = ("diff-tree", "--stdin", "--root", *_RAW, "--", *pathspecs(self._directories))
            self._comparers.append(self._repository.converse(*command))
        self._turn += 1
        return self._comparers[(self._turn - 1) % len(self._comparers)]


def _processes() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: what this process may use
        return min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


class _Trees:
    """The trees of the latest commits, so that a child can be compared by trees alone.

    That spares git the reading of both commits. Where the parent was too long ago, git is asked
    for the commit, which comes to the same.
    """

    def __init__(self) -> None:
        self._new: dict[str, str] = {}
        self._old: dict[str, str] = {}

    def raw_commit(self, header: bytes, questions: dict[str, None]) -> RawCommit:
        """Take a commit apart, and add what there is to ask about it to the questions."""
        ids, _, words = header.partition(_SEPARATOR)
        sha, tree, *parents = ids.decode("ascii").split()
        if len(self._new) >= _MOST_TREES:
            self._old, self._new = self._new, {}
        self._new[sha] = tree
        if not parents:
            questions[sha] = None
            return RawCommit(sha, (), words, sha)
        before = self._new.get(parents[0]) or self._old.get(parents[0])
        if before is None:
            questions[f"{sha} {parents[0]}"] = None
            return RawCommit(sha, tuple(parents), words, sha)
        key = f"{before} {tree}"
        if before != tree:
            questions[key] = None
        return RawCommit(sha, tuple(parents), words, key)


def _changes(said: bytes) -> Mapping[str, Events]:
    """What each comparison found, by its key; those that found nothing are left out.

    git ends the key of two trees with a new line, that of a commit and all else with NUL, and it
    says the keys of trees that do not differ too.
    """
    found: dict[bytes, list[FileEvent]] = {}
    key = b""
    fields = iter(said.split(b"\0"))
    for field in fields:
        keys, _, last = field.rpartition(b"\n")
        key = keys.rpartition(b"\n")[2] or key
        if last.startswith(b":"):
            found.setdefault(key, []).append(_event(last.decode("ascii"), fields))
        else:
            key = last
    return {key.decode("ascii"): tuple(events) for key, events in found.items()}


def read_events(repository: Repository, old: str, new: str, directories: Sequence[str]) -> Events:
    """What changed in the folders from a commit to another; no folders: in the whole tree."""
    fields = repository.stream("diff-tree", *_RAW, old, new, "--", *pathspecs(directories))
    return tuple(_event(field.decode("ascii"), fields) for field in fields)


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
