"""What came of a recovery: shown, and turned into the exit status."""

import sys
from collections.abc import Callable
from typing import TypeVar

from analyzer.cli.terminal import checklist
from analyzer.cli.terminal.console import deliver, insist, say
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.screen import screen
from analyzer.model.recovery.recovery_result import (
    RecoveryClosed,
    RecoveryEnd,
    RecoveryRunEnded,
    RunbookWritten,
)
from analyzer.model.words.text import visible
from analyzer.services.dialogue import Dialogue
from analyzer.services.recovery.options import Recovering, TablesRecoveryOptions

_Options = TypeVar("_Options", bound=Recovering)


def carry_out(
    act: Callable[[_Options, Dialogue], RecoveryEnd], options: _Options, *, yes: bool
) -> int:
    """Do it; say how far it came, and what is left to do; return the exit status."""
    dialogue = TerminalDialogue(yes=yes)
    ended = act(options, dialogue)
    _tell(ended)
    if isinstance(ended, RecoveryRunEnded | RecoveryClosed) and not ended.status:
        from analyzer.services.fix.rest_here import tell_rest

        begun = isinstance(ended, RecoveryRunEnded)
        tables = options.tables if begun and isinstance(options, TablesRecoveryOptions) else ()
        tell_rest(options.database, dialogue, recovered=tables)
    return ended.status


def _tell(ended: RecoveryEnd) -> None:
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


def _show(ended: RecoveryRunEnded) -> None:
    from analyzer.report.recovery.checklist import render_misfits
    from analyzer.report.recovery.recovery_text import render_ending, render_unfinished

    if ended.misfits:
        insist(render_misfits(ended.misfits))
    elif ended.compared is not None:
        checklist.show(ended.compared, "text", None)
    if ended.misfits or not ended.finished:
        insist(render_unfinished(ended.folder, anew=any(it.anew for it in ended.misfits)))
        return
    say(render_ending(ended.plan, ended.folder, ended.notes, screen(sys.stderr).width))
