"""Recorded renames: ``db/renames.toml``, where a team writes down what it renamed on purpose."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analyzer import limits
from analyzer.errors import UsageError
from analyzer.model.gate.recorded_renames import RecordedRename, RecordedRenames, record_path
from analyzer.sources.files.bounded import parse_toml
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit

if TYPE_CHECKING:
    from analyzer.workflow.reading.files.current_files import TargetFiles

_ENTRY = re.compile(r"\s*+\[\[\s*+rename\s*+\]\]")
_KEYS = ("old", "new", "reason", "commit")


def read_recorded(read: Callable[[str], bytes | None], path: str) -> RecordedRenames:
    """Read one record; empty where there is none.

    Raises:
        UsageError: it is no TOML, too large, or an entry is not of the known form.
    """
    content = read(path)
    if content is None:
        return RecordedRenames(path)
    from analyzer.sources.config.known_keys import demand_known  # where there is a record

    table = parse_toml(content, path, limits.RECORD_BYTES)
    demand_known(table, ("rename",), path, "key")
    entries = table.get("rename", [])
    lines = [
        number
        for number, line in enumerate(content.decode("utf-8").split("\n"), start=1)
        if _ENTRY.match(line)
    ]
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise _wrong(path, 1)
    if len(entries) > limits.RECORDED.most:
        raise limits.RECORDED.exceeded(UsageError, path)
    places = lines if len(lines) == len(entries) else [1] * len(entries)
    made = (_entry(one, path, line) for one, line in zip(entries, places, strict=True))
    return RecordedRenames(path, tuple(made), there=True)


def recorded_of(repository: Repository, target: "TargetFiles") -> RecordedRenames:
    """Read the team's recorded renames, at the target's commit or in the working tree.

    Raises:
        UsageError: the record cannot be read.
    """

    def read(path: str) -> bytes | None:
        if target.files.commit is not None:
            folder = path.rpartition("/")[0]
            entries = list_commit(repository, target.files.commit, [folder] if folder else [])
            blob = next((it.blob for it in entries if it.path == path), None)
            return (
                None
                if blob is None
                else repository.read_beginning(blob, limits.RECORD_BYTES.most + 1)
            )
        from analyzer.sources.git.work_tree import read_file  # with all that reads a work tree

        return read_file(repository, path, limits.RECORD_BYTES, UsageError)

    return read_recorded(read, record_path(target.files.directories[0]))


def _entry(entry: dict[str, Any], path: str, line: int) -> RecordedRename:
    from analyzer.sources.config.known_keys import demand_known  # see above

    demand_known(entry, _KEYS, path, "key")
    if any(not isinstance(value, str) for value in entry.values()):
        raise _wrong(path, line)
    old, new = entry.get("old", "").strip(), entry.get("new", "").strip()
    if not old or not new or old == new:
        raise _wrong(path, line)
    commit = entry.get("commit", "").strip() or None
    return RecordedRename(old, new, entry.get("reason", "").strip(), commit, line)


def _wrong(path: str, line: int) -> UsageError:
    return UsageError(
        f"{path}, line {line}: this is not a recorded rename",
        why='each is [[rename]] with old = "VERSION_name", new = "VERSION_name", reason = "..." '
        'and, if you like, commit = "...", all in quotes',
        fix="correct the entry",
    )
