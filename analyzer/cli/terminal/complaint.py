"""How an error looks: what, why and how to fix, each with its lead."""

import re
from collections.abc import Callable

from analyzer.cli.terminal.screen import Screen
from analyzer.model.words.text import visible

_TYPED = re.compile(r"(?:migdoctor|git|sh|mv|cp|sed) |[a-z][a-z0-9]* -")
"""How a line begins that is typed as it stands: it is copied, and never broken."""
_HANG = " " * 7  # below what, why and fix
_RED, _BOLD, _PLAIN = "\x1b[31;1m", "\x1b[1m", "\x1b[0m"


def composed(what: str, why: str, fix: str, shown: Screen, *, fitting: bool) -> str:
    """Lay an error out; lines of somebody else's words are indented.

    Args:
        fitting: whether lines are broken where the screen ends; a log keeps them whole.
    """
    parts = (("migdoctor: ", what, _RED), ("  why: ", why, _BOLD), ("  fix: ", fix, _BOLD))
    width = shown.width if fitting else 0
    return "\n".join(
        _painted(lead, colour if shown.colour else "") + _hung(text, len(lead), width)
        for lead, text, colour in parts
    )


def fitted(text: str, shown: Screen) -> str:
    """Break the lines of a message where the screen ends, the rest of each below its words."""
    from analyzer.report.wrapping import filled

    return "\n".join(_broken(line, shown.width, filled) for line in text.split("\n"))


def _broken(line: str, width: int, filled: Callable[[str, int, str, str], str]) -> str:
    words = line.lstrip(" ")
    lead = line[: len(line) - len(words)]
    return filled(words, width, lead, _HANG if lead else "") if len(line) > width else line


def _painted(lead: str, colour: str) -> str:
    word = lead.rstrip()
    return f"{colour}{word}{_PLAIN}{lead[len(word) :]}" if colour else lead


def _below(line: str) -> str:
    """What a broken line goes on with; a remark between commands stays one for the shell."""
    return f"{_HANG}# " if line.startswith("# ") else _HANG


def _hung(text: str, taken: int, width: int) -> str:
    first, *rest = text.split("\n")
    lines = [(" " * taken, visible(first)), *((_HANG, visible(line.strip())) for line in rest)]
    if not width:
        return "\n".join([lines[0][1], *(lead + line for lead, line in lines[1:])])
    from analyzer.report.wrapping import filled

    told = (
        lead + line
        if _TYPED.match(line)
        else filled(line, width, lead, _below(line)) or lead.rstrip()
        for lead, line in lines
    )
    return "\n".join(told)[taken:]
