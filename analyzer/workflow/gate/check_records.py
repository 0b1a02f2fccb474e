"""``check --write-renames``: the certain renames of a change as entries of ``db/renames.toml``."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.analysis.gate.new_files import within
from analyzer.analysis.gate.recordable_renames import Recordable, recordable
from analyzer.errors import RepositoryError
from analyzer.model.gate.gate import GateReport
from analyzer.model.gate.recorded_renames import record_path
from analyzer.records import Struct
from analyzer.workflow.gate.check_comparison import GateComparison, GateOptions
from analyzer.workflow.gate.check_fix import demand_here
from analyzer.workflow.gate.check_run import GateRun
from analyzer.workflow.reading.record_text import appended, demand_own_file
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
            demand_own_file(root, path)
            before[path] = gate.reader.file_at_head(path, limits.RECORD_BYTES.most)
            after[path] = appended(before[path] or b"", found.renames, reason, path)
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
