"""Lines that fit a screen and can still be copied: a command is never broken in two."""

import re
import textwrap

_GLUE = "\x00"
_PROGRAMS = r"(?:migdoctor|git|pipx?|uvx)"
# behind the program one word, and what looks like an option or its value: not like prose
_WORD = (
    r"(?:--(?:format|repair|fail-on) [a-z-]+|-[^\s;,)]+|'[^']*'|\"[^\"]*\""
    r"|[^\s;,()]*[/=<>|$_.~@][^\s;,()]+|[A-Z_]{2,}[^\s;,()]*)"
)
_COMMAND = re.compile(
    rf"(?<![\w/.-]){_PROGRAMS} [a-z-][^\s;,()]*(?: (?:\| \S+ \w+|> \S+|{_WORD}))*"
)


def filled(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Break a text into lines of at most ``width`` columns where no command and word is broken.

    Args:
        first: what the first line begins with.  rest: what the others begin with.
    """
    glued = _COMMAND.sub(lambda found: found[0].replace(" ", _GLUE), text)
    return textwrap.fill(
        glued,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace(_GLUE, " ")
