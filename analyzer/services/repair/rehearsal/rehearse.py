"""A repair tried on a copy of the database, and of the code; the real one is only read."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.engines.registry import open_gateway, usual_engine
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError, UsageError
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.rehearsal import Copied, Rehearsal
from analyzer.model.plans.repair_path import PathStage
from analyzer.model.schema.measure import Check
from analyzer.records import replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.rest_of_path import path_of, rest_from
from analyzer.services.repair.options import RehearsalOptions
from analyzer.services.repair.rehearsal.emptied import emptied
from analyzer.services.repair.rehearsal.rehearsal_trial import RehearsalTrial
from analyzer.workflow.reading.files.current_files import framework_of
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import read_rows

if TYPE_CHECKING:
    from analyzer.engines.base import Engine


def rehearse(
    request: Request, options: RehearsalOptions, dialogue: Dialogue
) -> Rehearsal | Refusal:
    """Try a repair on a copy, and tell what was seen.

    Raises:
        UsageError: the rows come from a list, of which no copy can be made.
        AnalyzerError: the copy cannot be made.
    """
    if request.rows is not None:
        raise UsageError(
            "rehearse needs a database or a dump, and --rows names a list of versions",
            why="the copy is made of the schema as well",
            fix="name the database, or pass --dump FILE",
        )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migdoctor-")))
        source = None if options.dump else open_gateway(request.database_url, request.exec_prefix)
        patient = None if source is None else read_rows(request, framework_of(request))
        if patient is not None and patient.missing:
            raise _nothing_ran(patient)
        name = patient.database if patient is not None else None
        of = source.engine if source is not None else usual_engine()
        url = stack.enter_context(_scratch(options, folder, name or "rehearsal", of))
        scratch = open_gateway(url)
        _demand_other(source, scratch)
        stack.enter_context(emptied(scratch, options, dialogue))
        dialogue.tell("Copying ...")
        copied = _copy(options, source, patient.table if patient else None, scratch, folder)
        on_copy = replace(request, database_url=url, exec_prefix=(), rows=None)
        run = RehearsalTrial(on_copy, options, scratch, folder, copied, dialogue)
        found = run.carry_out(patient.place if patient is not None else str(options.dump))
        if isinstance(found, Refusal) or patient is None or source is None:
            return found
        found = _patient_untouched(found, source, patient, run.copied_rows)
        if run.planned is None or not found.repairs:
            return found
        path = path_of(*run.planned, request)
        return replace(found, rest=rest_from(path, PathStage.REHEARSE))


def _nothing_ran(patient: VersionTable) -> UsageError:
    return UsageError(
        f"there is no table {patient.table} in {patient.place}, so that there is nothing to repair",
        why="no migration ever ran in this database, or the table was lost",
        fix="see what the next run would do: migdoctor diagnose",
    )


@contextmanager
def _scratch(options: RehearsalOptions, folder: Path, name: str, engine: "Engine") -> Iterator[str]:
    if options.scratch_url is not None:
        yield options.scratch_url
        return
    with engine.demand_scratch().scratch_server(folder / "server") as server:
        yield server.create_database(name)


def _demand_other(source: Gateway | None, scratch: Gateway) -> None:
    if source is not None and source.engine.catalog.is_same_database(source, scratch):
        raise DatabaseError(
            "--scratch-url names the very database that is to be repaired",
            why="a rehearsal changes the scratch database freely",
            fix="name another, empty database, or leave out --scratch-url",
        )


def _copy(
    options: RehearsalOptions,
    source: Gateway | None,
    table: TableName | None,
    scratch: Gateway,
    folder: Path,
) -> Copied:
    if options.dump is not None:
        return scratch.engine.demand_scratch().copy_dump(options.dump, scratch, folder)
    if source is None or table is None:
        raise TypeError(source)
    return source.engine.demand_scratch().copy_live(
        source, table, scratch, folder, with_data=options.with_data
    )


def _patient_untouched(
    found: Rehearsal, source: Gateway, table: VersionTable, rows: tuple[str, ...]
) -> Rehearsal:
    """Look at the real database once more: a migrate command may not heed DATABASE_URL."""
    same = source.engine.catalog.read_stored(source, table.table, table.shape) == rows
    changed = "its rows have changed: the migrate did not use DATABASE_URL, or somebody deployed"
    detail = "its rows are as they were" if same else changed
    check = Check("the real database", passed=same, detail=detail)
    return replace(found, checks=(*found.checks, check))
