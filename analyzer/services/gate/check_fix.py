"""``check --fix``: what it would write, the question, the files, the gate once more."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.model.gate.gate import GateReport
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import listed
from analyzer.operations.repair.text_changes import Modes, write_texts
from analyzer.records import replace
from analyzer.scripts.patch.text_diff import render_text_changes
from analyzer.services.dialogue import Dialogue
from analyzer.services.framework_writer import write_draft
from analyzer.workflow.gate.check import GateOptions, check, prepare_fix
from analyzer.workflow.gate.check_fix import PlannedFix
from analyzer.workflow.reading.request import Request

_KEPT = re.compile(r"\.kept\d*\Z")


def fix_and_check(
    request: Request,
    options: GateOptions,
    environment: Mapping[str, str],
    dialogue: Dialogue,
) -> GateReport:
    """Carry out the gate's own steps in the working tree, and judge what is left.

    Args: environment: variables, which say what a CI system knows of the change.

    Raises:
        AnalyzerError: something cannot be read or written, or nobody can be asked.
    """
    _demand_working_tree(request.ref, staged=options.staged)
    dialogue.demand_answer("check --fix")
    report, fix = prepare_fix(request, options, environment, write_draft)
    if fix is None:
        dialogue.tell(
            "Nothing here can be fixed automatically: see the findings."
            if report.blocks
            else "There is nothing to fix."
        )
        return report
    dialogue.tell(render_text_changes(fix.before, fix.after, fix.origins))
    if fix.draft is not None:
        dialogue.tell(
            f"{fix.draft} is a draft of what the edits add: read it before you commit it."
        )
    if not dialogue.ask("Write these files?"):
        return report
    modes = Modes(fix.origins, fix.executable)
    write_texts(Path(fix.root), fix.before, fix.after, modes)
    dialogue.tell(_to_commit(fix))
    return check(replace(request, now=datetime.now(UTC)), options, environment)


def _to_commit(fix: PlannedFix) -> str:
    """How to commit what was written, and nothing else.

    The index may still hold the change as it was: a bare ``git commit`` would commit that.
    """
    changed = sorted(path for path, text in fix.before.items() if fix.after.get(path) != text)
    kept = [path for path in changed if _KEPT.search(path)]
    for_good = " ".join(shell_word(path) for path in changed if path not in kept)
    aside = f"\n{listed(kept, len(kept))}: your text, kept aside; do not commit it." if kept else ""
    return (
        "Written. Stage it before you commit: git still has it as it was.\n"
        f"  git -C {shell_word(fix.root)} add -A -- {for_good}{aside}"
    )


def _demand_working_tree(ref: str | None, *, staged: bool) -> None:
    if ref is not None or staged:
        raise UsageError(
            f"--fix and {'--staged' if staged else '--ref'} were both given",
            why="--fix writes into the working tree, and what was checked is something else",
            fix="check the change out, then run migdoctor check --fix without it",
        )
