"""``migdoctor record``."""

import os
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options.fleets import build_fleet_request
from analyzer.cli.options.record import record_options
from analyzer.cli.terminal.console import deliver, say
from analyzer.report.artefact import kind_of
from analyzer.services.recording.options import RecordOptions
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.fleets import fleet_of

if TYPE_CHECKING:
    from analyzer.model.core.fleet import Fleet
    from analyzer.model.notes.recorded_notes import RecordedNotes


@click.command("record")
@record_options
def command(*, to: str | None, anew: bool, format_: str, output: str | None, **options: Any) -> int:
    """Record what ran, so that a later rename or edit needs no guessing.

    One line at the end of a deploy; it asks no questions. It appends what is not noted yet to the
    table migdoctor_notes, beside the version table; nothing that the framework reads is changed. A
    version that appeared since the last time is witnessed, with the text that ran; what was there
    before the first time is adopted, which is not evidence. Each tenant of a fleet gets its own.
    """
    request = build_fleet_request(ref=None, accept=(), reject=(), **options)
    fleet = fleet_of(request)
    if fleet is not None:
        return _note_fleet(request, fleet, RecordOptions(to, anew), format_, output)
    from analyzer.services.recording.record import record

    recorded = record(request, RecordOptions(to, anew), os.environ)
    deliver(_render(recorded, format_), output, kind_of(format_))
    return 0


def _note_fleet(
    request: Request, fleet: "Fleet", options: RecordOptions, format_: str, output: str | None
) -> int:
    from analyzer.report.notes import fleet_record
    from analyzer.services.fleets.record import record_fleet

    noted = record_fleet(request, fleet, options, os.environ, say)
    render = fleet_record.render_json if format_ == "json" else fleet_record.render
    deliver(render(noted), output, kind_of(format_))
    return noted.status


def _render(recorded: "RecordedNotes", format_: str) -> str:
    if format_ == "json":
        from analyzer.report.notes import record_json

        return record_json.render(recorded)
    from analyzer.report.notes import record_text

    return record_text.render(recorded)
