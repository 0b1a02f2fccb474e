"""``migdoctor rewrite`` for several environments: one script each, in a folder."""

from collections.abc import Sequence

from analyzer.cli.options.environments import UNREAD
from analyzer.cli.terminal.console import complain, deliver, insist
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import REFUSED, refuse
from analyzer.cli.terminal.script_folder import ScriptFolder
from analyzer.model.core.messages import RestOfPath
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.rewrite_all import propose_all
from analyzer.workflow.reading.request import Request


def write_all(requests: Sequence[Request], options: RewriteOptions, output: str | None) -> int:
    """Write FOLDER/NAME.sql for each environment whose rows change; print their paths.

    Raises:
        UsageError: no folder was named, or it cannot be written to.
    """
    folder = ScriptFolder(output, [request.environment for request in requests])
    dialogue = TerminalDialogue()
    proposed = propose_all(requests, options, dialogue, folder.paths, str(output))
    written = folder.write({it.environment: it.sql for it in proposed.scripts if it.sql})
    for one in proposed.scripts:
        if one.refused is not None:
            insist(f"environment {one.environment}: no script")
            refuse(one.refused.command, one.refused.refusal)
    for it in proposed.unread:
        complain(it.error, f"environment {it.name} could not be read: {it.error.what}")
    deliver("".join(f"{path}\n" for path in written))
    dialogue.tell(RestOfPath(proposed.path))
    if proposed.unread:
        return UNREAD
    return REFUSED if any(it.refused for it in proposed.scripts) else 0
