"""What came of a recovery: shown, and turned into the exit status."""

import sys

from analyzer.cli.terminal import checklist
from analyzer.cli.terminal.console import deliver, insist, say
from analyzer.cli.terminal.screen import screen
from analyzer.model.recovery.recovery_result import (
    RecoveryClosed,
    RecoveryEnd,
    RecoveryRunEnded,
    RunbookWritten,
)
from analyzer.model.words.text import visible


def conclude(ended: RecoveryEnd) -> int:
    """Say how far it came; return the exit status."""
    match ended:
        case RecoveryRunEnded():
            _show(ended)
        case RecoveryClosed(told):
            say(f"Done: {visible(told)}.")
        case RunbookWritten(files):
            for path in files:
                deliver(f"{path}\n")
        case _:  # whoever declined was told
            pass
    return ended.status


def _show(ended: RecoveryRunEnded) -> None:
    from analyzer.report.recovery.checklist import render_misfits
    from analyzer.report.recovery.recovery_text import render_ending, render_unfinished

    if ended.misfits:
        insist(render_misfits(ended.misfits))
    elif ended.compared is not None:
        checklist.show(ended.compared, "text", None)
    if ended.misfits or not ended.finished:
        insist(render_unfinished(ended.folder))
        return
    say(render_ending(ended.plan, ended.folder, ended.notes, screen(sys.stderr).width))
