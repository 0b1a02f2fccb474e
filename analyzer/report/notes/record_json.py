"""What `migdoctor record` noted, for programs."""

import json

from analyzer.model.notes.recorded_notes import PlannedNote, RecordedNotes


def render(recorded: RecordedNotes) -> str:
    """Write it as one JSON document."""
    document = {
        "format": 1,
        "place": recorded.place,
        "commit": recorded.commit,
        "how": recorded.how,
        "count": recorded.count,
        "noted": [note_entry(it) for it in recorded.appended],
        "remarks": list(recorded.remarks),
    }
    return json.dumps(document, indent=2) + "\n"


def note_entry(planned: PlannedNote) -> dict[str, str | None]:
    """One note that was appended."""
    note = planned.note
    return {
        "version": note.version,
        "kind": str(note.kind),
        "path": note.path,
        "sha256": note.sha256,
        "commit_id": note.commit_id,
        "why": planned.why or None,
    }
