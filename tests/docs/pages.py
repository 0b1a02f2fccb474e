"""What the README and the pages below docs/ show, block by block, each by the marker before it.

A marker is a comment in the line before a block of code, ``<!-- KIND: NAME -->``:

| marker | what the tests do with it |
|---|---|
| ``run: COMMAND`` | run it in the incident's repository, and compare what it prints |
| ``prepare: COMMAND`` | run it there first; it has no block and is not shown |
| ``recipe: NAME`` | run it against a database, with stand-ins for docker and its kin |
| ``record: NAME`` | run it beside the real Rails |
| ``snippet: KIND`` | hold it against the schema of GitHub's, GitLab's or pre-commit's files |
| ``settings: FILE`` | read it as this file, ``.migdoctor.toml`` or ``db/renames.toml`` |
| ``typed`` | parse its lines as the program does, and run none of them |
| ``member: NAME`` | take it for a framework's module |
| ``library`` | run it as a program |
| ``command: NAME`` | what CI and the README's reader type; one line |
| ``not run: REASON`` | nothing; there are few of these |

A block without a marker is an error. What a page runs, it runs in order, in a world of its own.
``python -m tests.docs.refresh`` writes what is printed today into the pages.
"""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "pages"
MARKED = re.compile(
    r"^ *<!-- (?P<kind>[a-z ]+?)(?:: (?P<name>.+?))? -->\n"
    r"(?: *```(?P<language>\w+)\n(?P<text>(?s:.*?))```)?",
    re.MULTILINE,
)
FENCE = re.compile(r"^ *```\w*\n(?s:.*?)^ *```$", re.MULTILINE)


class Block(NamedTuple):
    """A marker, and the block of code below it if it has one."""

    kind: str
    name: str
    language: str
    text: str


def places() -> list[Path]:
    """The README first, then the pages in the order of their names."""
    return [ROOT / "README.md", *sorted(PAGES.rglob("*.md"))]


def read(place: Path) -> str:
    return place.read_text("utf-8")


def blocks(place: Path, *kinds: str) -> list[Block]:
    """The marked blocks of these kinds in one page, in order."""
    found = (Block(*(it or "" for it in one.groups())) for one in MARKED.finditer(read(place)))
    return [it for it in found if it.kind in kinds]


def everywhere(kind: str) -> list[Block]:
    """The marked blocks of one kind in all pages."""
    return [block for place in places() for block in blocks(place, kind)]


def only(kind: str, name: str) -> str:
    """The text of the one block of this kind and name."""
    (text,) = [it.text for it in everywhere(kind) if it.name == name]
    return text


def unmarked(place: Path) -> list[str]:
    """The blocks of code in one page before which no marker stands."""
    text = read(place)
    known = [it.span() for it in MARKED.finditer(text) if it["language"]]
    fences = (it for it in FENCE.finditer(text))
    return [it[0] for it in fences if not any(begin < it.start() < end for begin, end in known)]


def stories() -> list[Path]:
    """The pages that run commands in the incident's repository."""
    return [it for it in places() if blocks(it, "run")]
