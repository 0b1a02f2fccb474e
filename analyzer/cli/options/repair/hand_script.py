"""Which file holds the script that a command writes, as whoever runs it types its name."""

import os
import sys
from pathlib import Path
from stat import S_ISREG

from analyzer.model.plans.hand_script import HandScript, ScriptForm


def hand_script(
    output: str | None, format_: str, usual: ScriptForm, *, staged: bool = False
) -> HandScript | None:
    """The script that goes to a file; None where it is none, or nobody knows its name.

    Args:
        output: the file of -o; None for standard output.
        usual: the form where none is named.
        staged: a shell script tells git of what it moves.
    """
    file = output if output is not None else _file_behind_output()
    if file is None or format_ not in [*ScriptForm]:
        return None
    form = ScriptForm(format_)
    staged = staged and form is ScriptForm.SH
    return HandScript(file, form, staged=staged, told=form is not usual)


def _file_behind_output() -> str | None:
    """The file that standard output begins; None where that cannot be told."""
    try:
        number = sys.stdout.fileno()
        status = os.fstat(number)
        if not S_ISREG(status.st_mode) or status.st_size:
            return None
        path = Path(f"/proc/self/fd/{number}").readlink()
        return os.path.relpath(path) if os.path.samestat(path.stat(), status) else None
    except (AttributeError, OSError, ValueError):  # closed, or no such folder in this system
        return None
