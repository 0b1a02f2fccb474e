"""Text that cannot play tricks on its reader."""

import re
from collections.abc import Collection

_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BYTES = {chr(0xDC00 + octet): f"\\x{octet:02x}" for octet in range(0x80, 0x100)}  # PEP 383
# printable as Unicode has it, and yet nothing is seen of them: fillers, selectors, a blank pattern
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

# GitHub obeys :: at the beginning of a line, whatever blanks stand before it; ##[ and ##name[ are
# obeyed anywhere, by Azure, TeamCity and GitHub
_FOR_THE_LOG = re.compile(r"^([^\S\n]*):(?=:)|#(#)(?=\w*\[)", re.MULTILINE)


def is_visible(text: str) -> bool:
    """Whether a reader sees every character of a line."""
    return text.isprintable() and (text.isascii() or _UNSEEN.search(text) is None)


def visible(text: str) -> str:
    """Write control and other unseen characters as escapes, so that text stays one line."""
    return text if is_visible(text) else "".join(map(_escape, text))


def visible_lines(text: str, kept: Collection[str] = ()) -> str:
    """Write unseen characters as escapes, but for line feeds, tabs and the sequences ``kept``."""
    if is_visible(text.replace("\n", "").replace("\t", "")):
        return text
    marks = "|".join(re.escape(one) for one in ("\n", "\t", *kept))
    return "".join(
        part if place % 2 else visible(part)
        for place, part in enumerate(re.split(f"({marks})", text))
    )


def obeyed_by_no_log(text: str) -> str:
    """Write what the log of a CI system would take for a command so that it only shows it."""
    if "::" not in text and "##" not in text:
        return text
    return _FOR_THE_LOG.sub(lambda it: r"#\x23" if it[2] else rf"{it[1]}\x3a", text)


def unseen_line(text: str) -> int | None:
    """Tell the first line, from one, in which not every character is seen; None if there is none.

    Tabs are seen, and so are carriage returns at a line's end.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not is_visible(line.removesuffix("\r").replace("\t", "")):
            return number
    return None


def _escape(character: str) -> str:
    if is_visible(character):
        return character
    known = _ESCAPES.get(character) or _BYTES.get(character)
    return known or character.encode("unicode_escape").decode("ascii")
