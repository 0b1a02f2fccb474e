"""Noting what ran: in a table beside the version table, or in a file. It asks nothing."""

from collections.abc import Mapping

from analyzer.engines.registry import open_gateway
from analyzer.errors import UsageError
from analyzer.model.core.version_table import VersionTable
from analyzer.model.notes.note import NotesHome
from analyzer.model.notes.recorded_notes import RecordedNotes
from analyzer.operations.notes.note_file import NewInFile, append_notes
from analyzer.services.recording.options import RecordOptions
from analyzer.services.recording.recorder import Found, Recorder
from analyzer.sources.git.git import open_repository
from analyzer.sources.notes.note_file import read_note_file
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import read_rows


def record(request: Request, options: RecordOptions, variables: Mapping[str, str]) -> RecordedNotes:
    """Note which versions are in the table that no note speaks of, and which are gone.

    Raises:
        AnalyzerError: something cannot be read or written; nothing was changed.
        RefusedError: the notes that are there do not hold.
    """
    repository = open_repository(request.repo)
    recorder = Recorder(repository, request, options, variables)
    if options.to is not None:
        return _to_file(recorder, options.to)
    if request.rows is not None:
        raise UsageError(
            "--rows names a file, beside which there is no table for notes",
            why="the notes are kept in the database whose rows they describe",
            fix="keep them in a file as well: --to FILE",
        )
    gateway = open_gateway(request.database_url, request.exec_prefix)
    return recorder.note(gateway, request.table, None)


def _to_file(recorder: Recorder, path: str) -> RecordedNotes:
    """Note in a file."""
    found: list[Found] = []

    def look() -> NewInFile:
        table, home = _rows(recorder)
        notebook = read_note_file(path, home)
        decided = recorder.decide(table, notebook, anew=recorder.options.anew)
        found.append(decided)
        return NewInFile(decided.notebook, decided.notes, decided.anew)

    append_notes(path, look, now=recorder.request.now, account=recorder.account)
    return recorder.told(found[0], len(found[0].planned))


def _rows(recorder: Recorder) -> tuple[VersionTable, NotesHome]:
    """Read the rows, and which table of which database they are."""
    request, reader = recorder.request, recorder.reader
    if request.rows is not None:
        table = read_rows(request, reader)
        return table, NotesHome(str(table.table))
    gateway = open_gateway(request.database_url, request.exec_prefix)
    read = gateway.engine.catalog.read_noted(gateway, request.table, reader, request.environment)
    assert read.notes is not None  # noqa: S101  they were asked for
    return read.versions, read.notes.home or NotesHome(str(read.versions.table))
