"""A text as one word of a printed command: all of it is seen, and what is typed is what is meant.

Whatever prints a command passes through here; a word that was only quoted would come out of
``visible`` as the name of another file. Source: POSIX, XCU 2.2 (quoting), printf.
"""

import shlex

from analyzer.model.words.text import is_visible

_SPECIAL = frozenset(b"\\%'$`:#-")  # to printf, the shell, a CI system's log; - begins options
_HARMLESS = frozenset(range(0x20, 0x7F)) - _SPECIAL


def shell_word(text: str) -> str:
    """Quote a text for the shell, with escapes where not all of it would be seen."""
    return shlex.quote(text) if is_visible(text) else escaped_word(text)


def escaped_word(text: str) -> str:
    """Have the shell print the text from escapes; a line feed at its end is lost: no name has one.

    Bytes that are no UTF-8 are surrogates, as PEP 383 has them.
    """
    return f"\"$(printf '{printf_format(text)}')\""


def printf_format(text: str) -> str:
    """Write a text as a ``printf`` format, with escapes for all but harmless characters."""
    octets = text.encode("utf-8", "surrogateescape")
    return "".join(chr(one) if one in _HARMLESS else f"\\{one:03o}" for one in octets)
