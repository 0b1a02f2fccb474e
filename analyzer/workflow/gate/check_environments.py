"""What ran in any of the environments that were asked for: all of it counts as deployed."""

from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.environments import Unreadable
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.records import Struct, replace
from analyzer.workflow.gate.check_noted import Applied, read_applied
from analyzer.workflow.reading.ahead import Ahead
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environments import find_places
from analyzer.workflow.reading.settings import Configuration

if TYPE_CHECKING:
    from analyzer.workflow.gate.check_comparison import GateComparison


class RanAnywhere(Struct, frozen=True):
    """What some environment ran.

    It is None where one could not be read: then every merged migration may have run there.
    """

    applied: Applied | None
    unread: tuple[UnreadEnvironment, ...] = ()


def read_ran_anywhere(compared: "GateComparison") -> RanAnywhere:
    """Read the rows of all environments at the same time.

    Where they are, and what a file of rows in the repository holds, is taken from the base: a
    change does not say what ran.

    Raises:
        UsageError: an environment is not known, or two places were named.
    """
    configuration = Configuration(compared.settings, compared.repository.path)
    if compared.options.typed.every and not compared.settings.environments:
        raise UsageError(
            "there are no environments to take all of",
            why="check knows those of the base's .migdoctor.toml; the application's own file is "
            "part of the change, and is not believed",
            fix="write one each there and merge it: [environments.NAME]; or name them here: "
            "--environment NAME=URL-OR-FILE",
        )
    places = find_places(compared.options.typed, lambda: configuration, compared.environment)
    requests = [compared.request.at(place) for place in places]
    kept = [_kept_rows(compared, request.rows) for request in requests]
    each: list[Applied] = []
    unread: list[UnreadEnvironment] = []
    readings = [
        Ahead(partial(_read, compared, request, rows))
        for request, rows in zip(requests, kept, strict=True)
    ]
    for request, reading in zip(requests, readings, strict=True):
        try:
            each.append(reading.result())
        except AnalyzerError as error:
            fault = Unreadable(error.what, error.why, error.fix)
            unread.append(UnreadEnvironment(request.environment, fault))
    versions = frozenset(key for one in each for key in one.rows)
    ran = None if unread else Applied(versions, each=tuple(each))
    return RanAnywhere(ran, tuple(unread))


def _kept_rows(compared: "GateComparison", path: str | None) -> bytes | None:
    """A file of rows as the base has it; None where it has none."""
    root = compared.repository.path
    if path is None or ".." in Path(path).parts or not Path(path).is_relative_to(root):
        return None  # git would refuse a path that may lead out
    inside = Path(path).relative_to(root).as_posix()
    return compared.reader.file_at(compared.span.base.commit, inside, limits.DUMP_BYTES.most + 1)


def _read(compared: "GateComparison", request: Request, kept: bytes | None) -> Applied:
    if request.fault is not None:
        raise UsageError(request.fault.what, why=request.fault.why, fix=request.fault.fix)
    if kept is None:
        return read_applied(request, compared.framework)
    with NamedTemporaryFile(suffix="-rows") as file:
        file.write(kept)
        file.flush()
        return read_applied(replace(request, rows=file.name), compared.framework)
