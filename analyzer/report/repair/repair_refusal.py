"""Saying no: a repair that is not written, why, and what would settle it; and notes of a plan."""

from collections.abc import Sequence

from analyzer.model.plans.plan import Refusal
from analyzer.model.words.text import visible
from analyzer.report.wrapping import filled


def render_notes(notes: Sequence[str], width: int) -> str:
    """What a plan's reader should know, beside its preview; a paragraph each."""
    return "\n".join(filled(f"note: {visible(note)}", width, rest="  ") for note in notes)


def render_refusal(refusal: Refusal, command: str) -> str:
    """The refusal of what a command was asked for, and what would settle it."""
    lines = [f"migdoctor {command}: refused, nothing was written", f"  why: {refusal.why}"]
    for number, answer in enumerate(refusal.settle):
        lines.append(f"  {'fix' if number == 0 else ' or'}: {answer}")
    return "\n".join(lines)
