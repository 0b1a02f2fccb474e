"""What a plan changes, shown before it is made: names, and the version table, as diffs."""

import difflib
import re
from collections.abc import Iterable, Iterator

from analyzer.model.plans.plan import FilePlan, ReplaceLine, RowPlan
from analyzer.model.words.text import visible
from analyzer.scripts.shell.move_chains import edits


def render_move_preview(plan: FilePlan) -> str:
    """Show each file's name before and after, and the class lines that change; empty if none."""
    changes: dict[str, list[ReplaceLine]] = {}
    for edit in edits(plan):
        changes.setdefault(edit.origin, []).append(edit.line)
    targets = {move.source: move.target for move in plan.moves}
    blocks = (
        "\n".join(_file(source, targets.get(source), changes.get(source, ())))
        for source in dict.fromkeys([*targets, *changes])
    )
    return "".join(f"{block}\n" for block in blocks)


def _file(source: str, target: str | None, changes: Iterable[ReplaceLine]) -> Iterator[str]:
    if target is None:
        yield f"change      {visible(source)}"
    else:
        yield f"rename from {visible(source)}"
        yield f"rename to   {visible(target)}"
    for change in changes:
        yield f"@@ line {change.line} @@"
        yield f"-{visible(change.before)}"
        yield f"+{visible(change.after)}"


def render_row_preview(plan: RowPlan) -> str:
    """Show the version table before and after as a unified diff; empty if nothing changes.

    One line a row, by number: its version and, where it is known, its file.
    """
    before = _rows(plan.before, dict(plan.names))
    after = _rows(plan.after, dict(plan.names_after))
    table = visible(str(plan.table))
    lines = difflib.unified_diff(before, after, f"{table} before", f"{table} after", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _rows(texts: Iterable[str], names: dict[str, str]) -> list[str]:
    return [
        visible(f"{text}  {names[text]}" if text in names else text)
        for text in sorted(texts, key=_by_number)
    ]


def _by_number(text: str) -> tuple[int, str]:
    digits = re.match(r"\s*([0-9]+)", text)
    return int(digits[1]) if digits else -1, text
