"""Saying no: a repair that is not written, why, and what would settle it."""

from analyzer.cli.console import say
from analyzer.model.plan import Refusal

REFUSED = 1


def refuse(command: str, refusal: Refusal) -> int:
    """Print the refusal and return its exit status; nothing goes to standard output."""
    lines = [f"migdoctor {command}: refused, nothing was written", f"  why: {refusal.why}"]
    for number, answer in enumerate(refusal.settle):
        lines.append(f"  {'fix' if number == 0 else ' or'}: {answer}")
    say("\n".join(lines))
    return REFUSED
