"""``check --write-renames``: what is appended to the record, and the gate once more."""

import os
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.model.gate.gate import GateReport
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import count
from analyzer.operations.repair.text_changes import write_texts
from analyzer.records import Struct, replace
from analyzer.scripts.patch.text_diff import render_text_changes
from analyzer.services.dialogue import Dialogue
from analyzer.sources.git.git import open_repository
from analyzer.workflow.gate.check import GateOptions, check
from analyzer.workflow.gate.check_records import PlannedRecords, plan_records
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.reading.request import Request


class RecordWish(Struct, frozen=True):
    """How to record: why the migrations were renamed, and whether only to show it."""

    reason: str | None = None
    dry_run: bool = False


def write_renames(
    request: Request,
    options: GateOptions,
    environment: Mapping[str, str],
    wish: RecordWish,
    dialogue: Dialogue,
) -> GateReport:
    """Append the certain renames to the records in the working tree, and judge what is left.

    Args: environment: variables, which say what a CI system knows of the change.

    Raises:
        AnalyzerError: something cannot be read or written.
    """
    if request.ref is not None or options.staged:
        raise UsageError(
            f"--write-renames and {'--staged' if options.staged else '--ref'} were both given",
            why="it writes into the working tree, and what was checked is something else",
            fix="check the change out, then run migdoctor check --write-renames without it",
        )
    with closing(open_repository(request.repo)) as repository:
        repository.ignore_replacements()  # as of every check
        reason = wish.reason or f"renamed on purpose; recorded on {request.now:%Y-%m-%d}"
        report, planned = plan_records(repository, request, options, environment, reason)
    for each in planned.left:
        dialogue.tell(f"Not recorded, as it is not certain: {each}")
    if not planned.names:
        dialogue.tell("There is no rename to record.")
        return report
    dialogue.tell(render_text_changes(planned.before, planned.after))
    if wish.dry_run:
        dialogue.tell("Nothing was written (--dry-run).")
        return report
    write_texts(Path(planned.root), planned.before, planned.after)
    dialogue.tell(_told(planned, replace(request, decisions=(), deployed=None)))
    return check(replace(request, now=datetime.now(UTC)), options, environment)


def _told(planned: PlannedRecords, asked: Request) -> str:
    at_root = os.path.realpath(planned.root) == os.path.realpath(os.curdir)
    git = "git" if at_root else f"git -C {shell_word(planned.root)}"
    return (
        f"{count(len(planned.names), 'rename')} recorded in {', '.join(planned.after)}.\n"
        "Read the reason, and commit it with the change:\n"
        f"  {git} add -- {' '.join(map(shell_word, planned.after))}\n"
        "Every database that ran the old names needs its rows rewritten before it is\n"
        "migrated again. One that can be reached from here:\n"
        f"  {typed(asked, 'rewrite', '--apply', database=False)}\n"
        "For those that cannot be inspected, SQL that fits any of them:\n"
        f"  {typed(asked, 'rewrite', '--recorded', '-o', 'recorded.sql', database=False)}"
    )
