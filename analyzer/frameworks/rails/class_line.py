"""The line of a migration file that names its class, and how it reads under the old name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLASS = re.compile(r"\ufeff?\s*class\s+(?:::)?(?:\w+::)*(?P<name>\w+)\s*<", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClassLine:
    """Where a class is named: ``line`` is one-based, ``text`` is without its line end."""

    line: int
    text: str
    name: str
    start: int  # of the name in the text

    def renamed(self, name: str) -> str:
        """Write the line with another class name; all else stays."""
        return self.text[: self.start] + name + self.text[self.start + len(self.name) :]


def find_class_line(content: bytes, expected: str) -> ClassLine | None:
    """Find the one class that a framework would load for a file name; None if not just one.

    ``expected`` is what the file name camelizes to. Case may differ in the content, as an
    application may have acronyms of its own (AddHTMLToPages for AddHtmlToPages).
    """
    found = [one for one in class_lines(content) if one.name.lower() == expected.lower()]
    return found[0] if len(found) == 1 else None


def mentions(content: bytes, name: str, *, besides: int) -> list[int]:
    """Find the other lines (one-based) where a name stands as a word of its own."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.ASCII)
    lines = enumerate(_text(content).split("\n"), start=1)
    return [number for number, line in lines if number != besides and word.search(line)]


def with_line(content: bytes, line: int, text: str) -> bytes:
    """Replace one line (one-based) of a content; its line end stays."""
    lines = _text(content).split("\n")
    end = "\r" if lines[line - 1].endswith("\r") else ""
    lines[line - 1] = text + end
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def class_lines(content: bytes) -> Iterator[ClassLine]:
    """Find all lines that begin a class with a superclass."""
    for number, line in enumerate(_text(content).split("\n"), start=1):
        match = _CLASS.match(line)
        if match is not None:
            yield ClassLine(number, line.removesuffix("\r"), match["name"], match.start("name"))


def _text(content: bytes) -> str:
    """Decode without loss: bytes that are no UTF-8 become surrogates."""
    return content.decode("utf-8", "surrogateescape")
