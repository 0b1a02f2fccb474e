"""``migdoctor check --fix``: what it would write, the question, the files, the gate once more."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer import __version__
from analyzer.cli.consent import ask, demand_consent_is_possible
from analyzer.cli.console import say
from analyzer.errors import UsageError
from analyzer.frameworks.base import Writer
from analyzer.model.core.shell_word import shell_word
from analyzer.model.core.wording import listed
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.gate.gate import GateReport

if TYPE_CHECKING:
    from analyzer.workflow.gate.check_fix import PlannedFix

_KEPT = re.compile(r"\.kept\d*\Z")
Show = Callable[[GateReport], int]


def fix_and_check(
    also: tuple[str, ...], *, yes: bool, show: Show, base: str | None, staged: bool,
    since: str | None, **options: Any,
) -> int:  # fmt: skip
    """Carry out the gate's own steps in the working tree; return the status of what is left."""
    from analyzer.scripts.patch.text_diff import render_text_changes
    from analyzer.workflow.gate.check import GateWish, check, prepare_fix
    from analyzer.workflow.reading.request import Request

    _demand_working_tree(options.get("ref"), staged=staged)
    demand_consent_is_possible("check --fix", yes=yes)
    request = Request(now=datetime.now(UTC), **options)
    wish = GateWish(base, staged, since, also)
    report, fix = prepare_fix(request, wish, os.environ, _render)
    if fix is None:
        say("Nothing here can be fixed without a person: see the findings." if report.blocks
            else "There is nothing to fix.")  # fmt: skip
        return show(report)
    say(render_text_changes(fix.before, fix.after))
    if fix.draft is not None:
        say(f"{fix.draft} is a draft of what the edits bring: read it before you commit it.")
    if not ask("Write these files?", yes=yes):
        return show(report)
    from analyzer.operations.repair.text_changes import Modes, write_texts

    modes = Modes(fix.origins, fix.executable)
    write_texts(Path(fix.root), fix.before, fix.after, modes)
    say(_to_commit(fix))
    return show(check(replace(request, now=datetime.now(UTC)), wish, os.environ))


def _to_commit(fix: "PlannedFix") -> str:
    """How to commit what was written, and nothing else.

    The index may still hold the change as it was: a bare ``git commit`` would commit that.
    """
    changed = sorted(path for path, text in fix.before.items() if fix.after.get(path) != text)
    kept = [path for path in changed if _KEPT.search(path)]
    for_good = " ".join(shell_word(path) for path in changed if path not in kept)
    aside = f"\n{listed(kept, len(kept))}: your text, kept aside; do not commit it." if kept else ""
    return (
        f"Written. Stage it before you commit, for git may still have the change as it was:\n"
        f"  git -C {shell_word(fix.root)} add -A -- {for_good}{aside}"
    )


def _demand_working_tree(ref: str | None, *, staged: bool) -> None:
    if ref is not None or staged:
        raise UsageError(
            f"--fix and {'--staged' if staged else '--ref'} were both given",
            why="--fix writes into the working tree, and what was checked is something else",
            fix="check the change out, then run migdoctor check --fix without it",
        )


def _render(writer: Writer, found: FollowUp) -> str:
    return writer.draft(found, f"migdoctor {__version__}")
