"""What a repair would hide, in words for the preview and as a document for programs."""

from collections.abc import Iterator
from typing import Any

from analyzer.model.findings.difference_words import said, said_fully
from analyzer.model.findings.follow_up import FollowUp, Lack
from analyzer.model.words.text import visible
from analyzer.report.wrapping import filled

Json = dict[str, Any]
_MOST = 20


def render_hidden(follow_up: FollowUp, width: int) -> str:
    """Say what the current files add that did not run; empty where there is nothing."""
    lines = [*_lines(follow_up)]
    if not lines:
        return ""
    where = "the database lacks" if follow_up.place else "did not run"
    head = f"Edited after they ran: what the current files add and {where}"
    if follow_up.place is None:
        head += " (no database was looked into)"
    rest = len(lines) - _MOST
    shown = lines[:_MOST] + ([f"and {rest} more"] if rest > 0 else [])
    return "\n".join([_fill(head, width, ""), *(_fill(f"  {it}", width, "      ") for it in shown)])


def _lines(follow_up: FollowUp) -> Iterator[str]:
    for lack in follow_up.lacks:
        left = f" (by hand: {lack.left})" if lack.left else ""
        yield f"{said_fully(lack)}{left}"
    for each in follow_up.unwritten:
        yield f"{said(each)}: {each.why}"


def _fill(text: str, width: int, indent: str) -> str:
    return filled(visible(text), width, rest=indent)


def hidden_document(follow_up: FollowUp | None) -> Json:
    """The same as plain values; lists are empty where nothing was edited."""
    if follow_up is None:
        return {"database": None, "lacks": [], "unwritten": [], "follow_up": None}
    return {
        "database": follow_up.place,
        "lacks": [_lack(lack) for lack in follow_up.lacks],
        "unwritten": [
            {"path": it.path, "line": it.line, "text": it.text, "why": it.why}
            for it in follow_up.unwritten
        ],
        "follow_up": follow_up.path if follow_up.brings else None,
    }


def _lack(lack: Lack) -> Json:
    it = lack.difference
    return {
        "kind": it.kind,
        "name": it.name,
        "table": it.table,
        "standing": it.status.value,
        "changes": [
            {"what": change.what, "files": change.files, "database": change.there}
            for change in it.changes
        ],
        "path": lack.path,
        "by_hand": lack.left,
    }
