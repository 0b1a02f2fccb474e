"""Saying no: a repair that is not written, why, and what would settle it."""

import sys
import textwrap
from collections.abc import Sequence

from analyzer.cli.console import say, screen
from analyzer.model.core.text import visible
from analyzer.model.plans.plan import Refusal

REFUSED = 1
NOTHING_TO_UNDO = Refusal(
    "nothing here is to be repaired, so there is nothing whose inverse could be written; the undo "
    "belongs to a repair and is written before it is carried out",
    ("write it before the repair: the same command with --undo, on the state before",),
)


def say_notes(notes: Sequence[str]) -> None:
    """Print what a plan's reader should know, beside its preview."""
    for note in notes:
        filled = textwrap.fill(f"note: {visible(note)}", screen(sys.stderr).width,
                               subsequent_indent="  ", break_long_words=False,
                               break_on_hyphens=False)  # fmt: skip
        say(filled)


def refuse(command: str, refusal: Refusal) -> int:
    """Print the refusal and return its exit status; nothing goes to standard output."""
    lines = [f"migdoctor {command}: refused, nothing was written", f"  why: {refusal.why}"]
    for number, answer in enumerate(refusal.settle):
        lines.append(f"  {'fix' if number == 0 else ' or'}: {answer}")
    say("\n".join(lines))
    return REFUSED
