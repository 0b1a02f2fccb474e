"""Checklists as text, as markdown for an incident channel, and as JSON."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from analyzer.model.recovery.checklist import Checklist, CheckOutcome, Item
from analyzer.model.recovery.recovery import Misfit
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.records import asdict
from analyzer.report.wrapping import filled

_RED, _YELLOW, _GREEN, _PLAIN = "\x1b[31;1m", "\x1b[33m", "\x1b[32m", "\x1b[0m"
_COLOURS = {CheckOutcome.PASS: _GREEN, CheckOutcome.FAIL: _RED, CheckOutcome.UNKNOWN: _YELLOW}
_BOXES = {CheckOutcome.PASS: "[x]", CheckOutcome.FAIL: "[ ]", CheckOutcome.UNKNOWN: "[ ]"}
_NARROWEST = 60
_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+!|~@]")


def render_text(checklist: Checklist, width: int = 80, *, colour: bool = False) -> str:
    """Render the list for a person: the verdict first, then item by item."""
    width = max(width, _NARROWEST)
    lines = [verdict(checklist)]
    lines += [*_wrapped(f"{checklist.title}: {visible(checklist.subject)}", width), ""]
    wide = max((len(item.id) for item in checklist.items), default=0)
    for item in checklist.items:
        word = f"{item.outcome.value:7}"
        painted = f"{_COLOURS[item.outcome]}{word}{_PLAIN}" if colour else word
        body = _wrapped(f"{item.id:{wide}}  {visible(item.what)}", width - 9)
        lines.append(f"{painted}  {body[0]}")
        lines += [f"         {line}" for line in body[1:]]
        lines += [line for part in _reasons(item) for line in _reason_lines(part, width)]
    return "\n".join(lines) + "\n"


def render_markdown(checklist: Checklist) -> str:
    """Render the list to paste into an incident channel; nothing in it acts as markup."""
    lines = [
        f"**{_escaped(verdict(checklist))}**",
        "",
        f"{_escaped(checklist.title)}: {_escaped(checklist.subject)}, {checklist.taken_at}",
        "",
    ]
    for item in checklist.items:
        lines.append(
            f"- {_BOXES[item.outcome]} **{item.outcome.value}** {item.id}: {_escaped(item.what)}"
        )
        lines += [f"  - {kind}: {_escaped(text)}" for kind, text in _reasons(item)]
    return "\n".join(lines) + "\n"


def render_json(checklist: Checklist) -> str:
    """Render the list for a program."""
    document = {
        "format": 1,
        "title": checklist.title,
        "subject": checklist.subject,
        "taken_at": checklist.taken_at,
        "passed": not checklist.failed,
        "items": [asdict(item) for item in checklist.items],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


FORMATS: Mapping[str, Callable[[Checklist], str]] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
}


def render_misfits(misfits: Sequence[Misfit]) -> str:
    """Say, table by table, which rows do not fit; for standard error."""
    lines = [f"{count(len(misfits), 'thing')} in the old rows that the new schema does not take:"]
    table = None
    for misfit in sorted(misfits, key=lambda one: one.table):
        if misfit.table != table:
            lines.append(f"  {visible(misfit.table)}")
            table = misfit.table
        rows = "" if misfit.rows is None else f"{misfit.rows:,} x "
        lines.append(f"    {rows}{visible(misfit.what)}")
        lines.append(f"      fix: {visible(misfit.fix)}")
    return "\n".join(lines)


def verdict(checklist: Checklist) -> str:
    """Say in a line how it ended."""
    failed, unknown = len(checklist.failed), len(checklist.unknown)
    number = len(checklist.items)
    rest = f"; {count(unknown, 'item')} could not be checked" if unknown else ""
    if failed:
        return f"FAILED: {failed} of {count(number, 'item')} failed{rest}."
    if unknown:
        return f"{number - unknown} of {count(number, 'item')} passed{rest}."
    return f"All {count(number, 'item')} passed."


def _reasons(item: Item) -> Iterator[tuple[str, str]]:
    if item.why:
        yield "why", item.why
    if item.fix:
        yield "fix", item.fix


def _reason_lines(part: tuple[str, str], width: int) -> list[str]:
    kind, text = part
    return filled(f"{kind}: {visible(text)}", width, " " * 13, " " * 18).splitlines()


def _wrapped(text: str, width: int) -> list[str]:
    return filled(text, width, rest="    ").splitlines() or [""]


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", visible(text))
