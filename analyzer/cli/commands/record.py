"""``migdoctor record``."""

import os
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options.record import record_options
from analyzer.cli.options.request import build_request
from analyzer.cli.terminal.console import deliver
from analyzer.report.artefact import kind_of

if TYPE_CHECKING:
    from analyzer.model.notes.recorded_notes import RecordedNotes


@click.command("record")
@record_options
def command(*, to: str | None, anew: bool, format_: str, output: str | None, **options: Any) -> int:
    """Record what ran, so that a later rename or edit needs no guessing.

    One line at the end of a deploy; it asks no questions. It appends what is not noted yet to the
    table migdoctor_notes, beside the version table; nothing that the framework reads is changed. A
    version that appeared since the last time is witnessed, with the text that ran; what was there
    before the first time is adopted, which is not evidence.
    """
    from analyzer.services.record import RecordOptions, record

    request = build_request(ref=None, accept=(), reject=(), **options)
    recorded = record(request, RecordOptions(to, anew), os.environ)
    deliver(_render(recorded, format_), output, kind_of(format_))
    return 0


def _render(recorded: "RecordedNotes", format_: str) -> str:
    if format_ == "json":
        from analyzer.report.notes import record_json

        return record_json.render(recorded)
    from analyzer.report.notes import record_text

    return record_text.render(recorded)
