"""What ran in any of the environments that were asked for: all of it counts as deployed."""

from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.version import VersionKey
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.records import Struct, replace
from analyzer.workflow.reading.ahead import Ahead
from analyzer.workflow.reading.environments import find_places
from analyzer.workflow.reading.reading import read_rows
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.settings import Configuration

if TYPE_CHECKING:
    from analyzer.workflow.gate.check_run import GateRun


class RanAnywhere(Struct, frozen=True):
    """The versions that some environment ran.

    They are None where one could not be read: then every merged migration may have run there.
    """

    versions: frozenset[VersionKey] | None
    unread: tuple[UnreadEnvironment, ...] = ()


def read_ran_anywhere(gate: "GateRun") -> RanAnywhere:
    """Read the rows of all environments at the same time.

    Where they are, and what a file of rows in the repository holds, is taken from the base: a
    change does not say what ran.

    Raises:
        UsageError: an environment is not known, or two places were named.
    """
    configuration = Configuration(gate.settings, gate.repository.path)
    places = find_places(gate.options.typed, lambda: configuration, gate.environment)
    requests = [gate.request.at(place) for place in places]
    kept = [_kept_rows(gate, request.rows) for request in requests]
    versions: set[VersionKey] = set()
    unread: list[UnreadEnvironment] = []
    readings = [
        Ahead(partial(_read, gate, request, rows))
        for request, rows in zip(requests, kept, strict=True)
    ]
    for request, reading in zip(requests, readings, strict=True):
        try:
            versions.update(row.version.key for row in reading.result().rows)
        except AnalyzerError as error:
            fault = Unreadable(error.what, error.why, error.fix)
            unread.append(UnreadEnvironment(request.environment, fault))
    return RanAnywhere(None if unread else frozenset(versions), tuple(unread))


def _kept_rows(gate: "GateRun", path: str | None) -> bytes | None:
    """A file of rows as the base has it; None where it has none."""
    root = gate.repository.path
    if path is None or not Path(path).is_relative_to(root):
        return None
    inside = Path(path).relative_to(root).as_posix()
    return gate.reader.file_at(gate.span.base.commit, inside, limits.DUMP_BYTES.most + 1)


def _read(gate: "GateRun", request: Request, kept: bytes | None) -> VersionTable:
    if request.fault is not None:
        raise UsageError(request.fault.what, why=request.fault.why, fix=request.fault.fix)
    if kept is None:
        return read_rows(request, gate.framework)
    with NamedTemporaryFile(suffix="-rows") as file:
        file.write(kept)
        file.flush()
        return read_rows(replace(request, rows=file.name), gate.framework)
