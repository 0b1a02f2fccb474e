"""Lines that fit a screen and can still be copied: a command is never broken in two."""

import re
import textwrap

_GLUE, _ROOM = "\x00", "\x02"
_WIDE = ("W", "F")
_VALUED = (  # options with a value that looks like any word
    *("format", "repair", "fail-on", "environment", "table", "version-table", "before", "keep"),
    *("from-database", "into-new", "ref", "dir", "repo", "base", "deployed", "fix", "framework"),
)
_PROGRAMS = r"(?:migdoctor|git|pipx?|uvx)"
# behind the program one word, and what looks like an option or its value: not like prose
_WORD = (
    rf"(?:--(?:{'|'.join(_VALUED)}) [^\s;,()]+|-[^\s;,)]+|'[^']*'|\"[^\"]*\""
    r"|[^\s;,()]*[/=<>|$_.~@][^\s;,()]+|[A-Z_]{2,}[^\s;,()]*)"
)
_COMMAND = re.compile(
    rf"(?<![\w/.-]){_PROGRAMS} [a-z-][^\s;,()]*"
    rf"(?:(?<=recover) (?:full|tables|resume|back|drop-old)\b|(?<=undo) \d{{8}}T\d{{6}}-\w+)?"
    rf"(?: (?:\| \S+ \w+|> \S+|{_WORD}))*"
)


def filled(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Break a text into lines of at most ``width`` columns where no command and word is broken.

    Args:
        first: what the first line begins with.  rest: what the others begin with.
    """
    glued = _COMMAND.sub(lambda found: found[0].replace(" ", _GLUE), text)
    return fill(glued, width, first, rest).replace(_GLUE, " ")


def filled_lines(text: str, width: int) -> str:
    """Each line of a text broken where it is too long; what goes on is indented."""
    return "\n".join(filled(line, width, rest="  ") for line in text.split("\n"))


def filled_prose(text: str, width: int) -> str:
    """The same of sentences; what is indented or lined up stays: commands, code, tables."""
    return "\n".join(
        filled(line, width, rest="  ") if _is_prose(line) and len(line) > width else line
        for line in text.split("\n")
    )


def _is_prose(line: str) -> bool:
    return not line.startswith(" ") and "  " not in line


def fill(text: str, width: int, first: str = "", rest: str = "") -> str:
    """`filled` of a text without commands; what takes two columns counts as two."""
    wide = text if text.isascii() else "".join(_with_room(it) for it in text)
    return textwrap.fill(
        wide,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace(_ROOM, "")


def _with_room(character: str) -> str:
    from unicodedata import east_asian_width  # most texts are ASCII

    return character + _ROOM * (east_asian_width(character) in _WIDE)
