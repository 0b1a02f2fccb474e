"""How a checklist ends a command: shown, and turned into a status."""

import sys
from typing import TYPE_CHECKING

from analyzer.cli.console import deliver, kind_of, say, screen
from analyzer.model.recovery.checklist import Checklist

if TYPE_CHECKING:
    from analyzer.operations.backup.restoration import Restored

_CLEAN, _FOUND = 0, 1
FORMATS = ["text", "json", "markdown"]


def show(checklist: Checklist, format_: str, output: str | None) -> int:
    """Write the list to standard output or a file; 1 if anything failed."""
    from analyzer.report.recovery import checklist as report

    if format_ == "text":
        shown = screen(sys.stdout)
        colour = shown.colour and output is None
        deliver(report.render_text(checklist, shown.width, colour=colour), output)
    else:
        deliver(report.FORMATS[format_](checklist), output, kind_of(format_))
    return _FOUND if checklist.failed else _CLEAN


def conclude(restored: "Restored", title: str, *, owners: bool = False) -> int:
    """Compare what was restored with its manifest, and say so on standard error."""
    from analyzer.analysis.recovery.state_comparison import compare_states
    from analyzer.analysis.recovery.state_pair import Comparison
    from analyzer.model.recovery.backup import Content
    from analyzer.report.recovery.checklist import render_text

    manifest = restored.manifest
    some = manifest.wish.content is Content.TABLES
    how = Comparison(
        tables=frozenset(table.label for table in manifest.state.tables) if some else None,
        owners=owners,
        data=manifest.wish.content is not Content.SCHEMA_ONLY,
        mended=False,
        validated=False,
    )
    items = compare_states(manifest.state, restored.state, how)
    done = Checklist(title, restored.state.identity.place, restored.state.taken_at, items)
    shown = screen(sys.stderr)
    say(render_text(done, shown.width, colour=shown.colour))
    return _FOUND if done.failed else _CLEAN
