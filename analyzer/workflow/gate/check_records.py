"""``check --write-renames``: the certain renames of a change as entries of ``db/renames.toml``."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.analysis.gate.new_files import within
from analyzer.analysis.gate.recordable_renames import Recordable, recordable
from analyzer.errors import RepositoryError, UsageError
from analyzer.model.gate.gate import GateReport
from analyzer.model.gate.recorded_renames import record_path
from analyzer.records import Struct
from analyzer.sources.files.below import mode_below
from analyzer.workflow.gate.check_comparison import GateComparison, GateOptions
from analyzer.workflow.gate.check_fix import demand_here
from analyzer.workflow.gate.check_run import GateRun
from analyzer.workflow.reading.recorded import read_recorded
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.sources.git.git import Repository


class PlannedRecords(Struct, frozen=True):
    """What would be written: texts by path from ``root``, None where there is no such file.

    ``names`` are the renames, old and new; ``left`` those that a person has to judge.
    """

    root: str
    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]
    names: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def plan_records(
    repository: "Repository",
    request: Request,
    options: GateOptions,
    environment: Mapping[str, str],
    reason: str,
) -> tuple[GateReport, PlannedRecords]:
    """Judge a change, and work out what is to be appended to the records.

    Raises:
        AnalyzerError: as ``check``; or a record is not a regular file, or cannot take an entry.
    """
    gate = GateRun(GateComparison(repository, request, options, environment))
    report = gate.tried_report()
    root = repository.work_tree
    if root is None:
        raise RepositoryError(
            "--write-renames needs a working tree",
            why=f"{repository.path} is bare",
            fix="run it in a clone",
        )
    before: dict[str, bytes | None] = {}
    after: dict[str, bytes | None] = {}
    names: list[tuple[str, str]] = []
    left: list[str] = []
    for path, found in _found(gate):
        names += found.renames
        left += found.left
        if found.renames:
            _demand_own_file(mode_below(root, path), path)
            before[path] = gate.reader.file_at_head(path, limits.RECORD_BYTES.most)
            after[path] = _appended(before[path] or b"", found.renames, reason, path)
    demand_here(repository, before)
    return report, PlannedRecords(str(root), before, after, tuple(names), tuple(left))


def _found(gate: GateRun) -> Iterator[tuple[str, Recordable]]:
    """What can be recorded, by the path of the record that it belongs to."""
    for group in gate.compared.groups:
        path = record_path(group[0])
        known = read_recorded(
            lambda it: gate.reader.file_at_head(it, limits.RECORD_BYTES.most + 1), path
        )
        moves = [it for it in gate.changes.moved if within(it.old, frozenset(group))]
        yield path, recordable(gate.reviewed, moves, known)


def _demand_own_file(mode: int | None, path: str) -> None:
    """Insist that the record is a file of its own, or not there yet."""
    import stat

    if mode is None or stat.S_ISREG(mode):
        return
    raise RepositoryError(
        f"{path} is a link or no file",
        why="what is appended would land somewhere else; nothing was written",
        fix="put a file in its place",
    )


def _appended(text: bytes, renames: tuple[tuple[str, str], ...], reason: str, path: str) -> bytes:
    """The record with entries at its end; what is there stays byte for byte."""
    gap = b"" if not text else b"\n" if text.endswith(b"\n") else b"\n\n"
    entries = (_entry(old, new, reason) for old, new in renames)
    made = text + gap + "\n".join(entries).encode()
    try:
        read_recorded(lambda _: made, path)
    except UsageError as error:
        raise UsageError(
            f"{path} cannot take an entry at its end",
            why=f"it would not be readable afterwards: {error.what}; nothing was written",
            fix="write its entries as [[rename]] tables",
        ) from error
    return made


def _entry(old: str, new: str, reason: str) -> str:
    said = (f"{name} = {_quoted(text)}\n" for name, text in (("old", old), ("new", new)))
    return f"[[rename]]\n{''.join(said)}reason = {_quoted(reason)}\n"


def _quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda it: f"\\u{ord(it[0]):04x}", safe) + '"'
