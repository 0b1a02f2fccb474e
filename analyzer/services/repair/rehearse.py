"""A repair tried on a copy of the database, and of the code; the real one is only read."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from analyzer.engines.postgresql.access.door import DirectDoor, Door, open_door
from analyzer.engines.postgresql.access.privileges import is_same_database
from analyzer.engines.postgresql.access.session import open_gateway
from analyzer.engines.postgresql.catalog.measure import read_stored
from analyzer.engines.postgresql.scratch.scratch_postgres import scratch_server
from analyzer.errors import DatabaseError, UsageError
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.rehearsal import Rehearsal
from analyzer.model.schema.measure import Check
from analyzer.operations.rehearsal.database_copy import Copied, copy_dump, copy_live, demand_empty
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import RehearsalOptions
from analyzer.services.repair.rehearsal_trial import RehearsalTrial
from analyzer.workflow.reading.reading import read_rows
from analyzer.workflow.reading.request import Request


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
        source = None if options.dump else open_door(request.exec_prefix, request.database_url)
        patient = None if source is None else read_rows(request)
        name = patient.database if patient is not None else None
        url = stack.enter_context(_scratch(options, folder, name or "rehearsal"))
        scratch = DirectDoor(url)
        _demand_other(source, scratch)
        demand_empty(scratch)
        dialogue.tell("Copying ...")
        copied = _copy(request, options, source, patient.table if patient else None, url, folder)
        on_copy = replace(request, database_url=url, exec_prefix=(), rows=None)
        run = RehearsalTrial(on_copy, options, scratch, folder, copied, dialogue)
        found = run.carry_out(patient.place if patient is not None else str(options.dump))
        if isinstance(found, Refusal) or patient is None or source is None:
            return found
        return _patient_untouched(found, source, patient.table, run.copied_rows)


@contextmanager
def _scratch(options: RehearsalOptions, folder: Path, name: str) -> Iterator[str]:
    if options.scratch_url is not None:
        yield options.scratch_url
        return
    with scratch_server(folder / "server") as server:
        yield server.create_database(name)


def _demand_other(source: Door | None, scratch: Door) -> None:
    if source is not None and is_same_database(source, scratch):
        raise DatabaseError(
            "--scratch-url names the very database that is to be repaired",
            why="a rehearsal changes the scratch database as it likes",
            fix="name another, empty database, or leave --scratch-url out",
        )


def _copy(
    request: Request, options: RehearsalOptions, source: Door | None, table: TableName | None,
    url: str, folder: Path,
) -> Copied:  # fmt: skip
    scratch, target = DirectDoor(url), open_gateway(url)
    if options.dump is not None:
        return copy_dump(options.dump, scratch, target, folder)
    if source is None or table is None:
        raise TypeError(source)
    patient = open_gateway(request.database_url, request.exec_prefix)
    return copy_live(source, patient, table, scratch, target, folder, with_data=options.with_data)


def _patient_untouched(
    found: Rehearsal, source: Door, table: TableName, rows: tuple[str, ...]
) -> Rehearsal:
    """Look at the real database once more: a migrate command may not heed DATABASE_URL."""
    same = read_stored(source, table) == rows
    changed = "its rows are others now: the migrate went past DATABASE_URL, or somebody deployed"
    detail = "its rows are as they were" if same else changed
    check = Check("the real database", passed=same, detail=detail)
    return replace(found, checks=(*found.checks, check))
