"""The line of a migration file that defines the name that the framework looks for in it."""

import re
from collections.abc import Iterable

from analyzer.records import Struct


class DefiningLine(Struct, frozen=True):
    """Where a name is defined: ``line`` is one-based, ``text`` is without its line end.

    ``own`` says that the line itself tells that it is a migration's.
    """

    line: int
    text: str
    name: str
    start: int  # of the name in the text
    own: bool = False

    def renamed(self, name: str) -> str:
        """Write the line with another name; all else stays."""
        return self.text[: self.start] + name + self.text[self.start + len(self.name) :]


def find_defining_line(lines: Iterable[DefiningLine], expected: str) -> DefiningLine | None:
    """Find the one line that a framework would look for; None if not just one.

    ``expected`` is what the file's name tells. Case may differ in the content, as an application
    may have acronyms of its own (AddHTMLToPages for AddHtmlToPages).
    """
    found = [one for one in lines if one.name.lower() == expected.lower()]
    return found[0] if len(found) == 1 else None


def mentions(content: bytes, name: str, *, besides: int) -> list[int]:
    """Find the other lines (one-based) where a name stands as a word of its own."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.ASCII)
    lines = enumerate(lines_of(content), start=1)
    return [number for number, line in lines if number != besides and word.search(line)]


def with_line(content: bytes, line: int, text: str) -> bytes:
    """Replace one line (one-based) of a content; its line end stays."""
    lines = lines_of(content)
    end = "\r" if lines[line - 1].endswith("\r") else ""
    lines[line - 1] = text + end
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def lines_of(content: bytes) -> list[str]:
    """The lines without line feeds, decoded without loss: what is no UTF-8 becomes surrogates."""
    return content.decode("utf-8", "surrogateescape").split("\n")
