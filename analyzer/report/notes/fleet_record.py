"""What `migdoctor record` noted of a fleet: tenants of which the same was noted are told once."""

import json
from collections.abc import Iterator

from analyzer.model.notes.recorded_notes import PlannedNote, RecordedFleet
from analyzer.model.words.wording import count, listed
from analyzer.report.notes.record_json import note_entry
from analyzer.report.notes.record_text import note_lines

_SHOWN = 20  # tenants that did not go well
_NAMED = 3  # tenants in a line


def render(recorded: RecordedFleet) -> str:
    """Say what was noted as what, and of whom nothing was."""
    return "\n".join(_lines(recorded)) + "\n"


def _lines(recorded: RecordedFleet) -> Iterator[str]:
    alike: dict[tuple[PlannedNote, ...], list[str]] = {}
    for it in recorded.tenants:
        if it.recorded is not None:
            alike.setdefault(it.recorded.appended, []).append(it.member)
    for planned, members in sorted(alike.items(), key=lambda it: (-len(it[1]), it[1][0])):
        yield from _told(recorded, planned, members)
    if any(it.note.kind == "witnessed" for planned in alike for it in planned):
        yield f"The commit that ran is {(recorded.commit or '')[:12]}, {recorded.how}."
    for member, error in recorded.failed[:_SHOWN]:
        yield f"{member}: {error.what}"
        yield f"  why: {error.why}"
        yield f"  fix: {error.fix}"
    if recorded.failed[_SHOWN:]:
        yield f"and {len(recorded.failed) - _SHOWN} more with nothing new to note"
    if recorded.left:
        yield f"Not begun after these: {listed(recorded.left, _NAMED)}; run the same command again."
    yield from (f"note: {remark}" for remark in recorded.remarks)


def _told(
    recorded: RecordedFleet, planned: tuple[PlannedNote, ...], members: list[str]
) -> Iterator[str]:
    where = f"{count(len(members), recorded.kind)} ({listed(members, _NAMED)})"
    about = [it for it in planned if it.note.version]
    if not planned:
        yield f"Nothing new to note in {where}."
    elif not about:
        yield f"Begun in {where}: no version is applied yet; all future ones will be seen."
    else:
        yield f"Noted {count(len(about), 'version')} in each of {where}:"
        yield from note_lines(about)


def render_json(recorded: RecordedFleet) -> str:
    """The same as one JSON document: that of one database, in which each note has its member."""
    document = {
        "format": 1,
        "place": recorded.place,
        "commit": recorded.commit,
        "how": recorded.how,
        "count": sum(it.recorded.count for it in recorded.tenants if it.recorded),
        "noted": [
            {"member": it.member, **note_entry(one)}
            for it in recorded.tenants
            if it.recorded
            for one in it.recorded.appended
        ],
        "remarks": list(recorded.remarks),
        "failed": [
            {"member": member, "what": error.what, "why": error.why, "fix": error.fix}
            for member, error in recorded.failed
        ],
        "left": list(recorded.left),
    }
    return json.dumps(document, indent=2) + "\n"
