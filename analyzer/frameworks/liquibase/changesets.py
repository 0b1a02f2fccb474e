"""What a changelog holds, in whichever of its languages: changesets, and other changelogs.

Source: Liquibase 4.28, parser/core and changelog/DatabaseChangeLog.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.records import Struct

_REMEMBERED = 1 << 12
_BOM = "\ufeff"
_FORMATTED = re.compile(r"\s*--\s*liquibase\s+formatted\b(?P<told>[^\r\n]*)", re.IGNORECASE)
_CHANGESET = re.compile(
    r"""\s*--\s*changeset\s+(?:"(?P<quoted>[^"]+)"|(?P<author>[^:\r\n]+?))\s*:\s*"""
    r"""(?:"(?P<name>[^"]+)"|(?P<id>\S+))(?P<told>[^\r\n]*)""",
    re.IGNORECASE,
)
_SUMS = re.compile(r"\s*--\s*validCheckSum\b", re.IGNORECASE)
_LOGICAL = re.compile(r"""\blogicalFilePath:\s*(?:"([^"]+)"|'([^']+)'|(\S+))""", re.IGNORECASE)
_FORM = "9:"  # of checksums, since 4.22
_OF_LIQUIBASE = re.compile(
    r"\s*--\s*(?:rollback|comment|preconditions?\b|precondition-[\w-]+|property|validCheckSum)\b",
    re.IGNORECASE,
)
_IGNORED = re.compile(r"\s*--\s*ignoreLines\s*:\s*(?P<what>start|end|[0-9]+)", re.IGNORECASE)
_WAY_BACK = re.compile(r"\s*/\*\s*liquibase\s+rollback\b", re.IGNORECASE)
_FLAG = r"\b{}\s*:\s*true\b"
_MARKUP = re.compile(r"\s*(?:<|\{|(?:---\s*)?(?:#[^\n]*\n\s*)*[\"']?databaseChangeLog\b)")


class ChangeSet(Struct, frozen=True):
    """One changeset. ``logical`` is the path that it names instead of its file's own.

    ``sql`` are the texts that it runs, each with the line where that begins; ``calls`` its other
    changes, each with its name, the table that it names, and its line.
    """

    id: str
    author: str
    line: int
    logical: str = ""
    anew: bool = False  # its tool runs it again by itself: always, or where its text changed
    any_sum: bool = False  # it says itself which checksums it accepts
    sql: tuple[tuple[str, int], ...] = ()
    calls: tuple[tuple[str, str, int], ...] = ()
    skipped: bool = False  # conditions decide whether it runs

    @property
    def checksum(self) -> str | None:
        """What a row keeps of its text; None where it is more than SQL as it stands.

        Seen with 4.28 (form 9): blank space counts for nothing, comments in SQL do count.
        """
        plain = self.sql and not self.calls and not any("${" in text for text, _ in self.sql)
        if not plain or self.any_sum:
            return None
        each = ("".join(text.split()) for text, _ in self.sql)
        return _FORM + _digest("".join(f"{_FORM}{_digest(text)}:" for text in each))


class Changelog(Struct, frozen=True):
    """The changesets of a file, in its order, and whether the file is one that Liquibase reads."""

    changesets: tuple[ChangeSet, ...] = ()
    includes: tuple[tuple[str, int], ...] = ()  # names of other files, and the lines that tell them
    fault: str = ""  # why it cannot be read


def normalised(path: str) -> str:
    """A path as Liquibase compares it: no ``classpath:``, no slash in front, forward slashes."""
    told = re.sub(r"^classpath\*?:", "", path).replace("\\", "/")
    return re.sub(r"/{2,}", "/", told).removeprefix("./").lstrip("/")


@lru_cache(maxsize=_REMEMBERED)
def read_changelog(content: bytes) -> Changelog | None:
    """Read a file; None where it is no changelog at all."""
    text = content.decode("utf-8", "replace").removeprefix(_BOM)
    if _MARKUP.match(text):
        if "databaseChangeLog" not in text:
            return None
        from analyzer.frameworks.liquibase.markup import read_tree, read_xml

        return read_xml(text) if text.lstrip().startswith("<") else read_tree(text)
    head = _FORMATTED.match(text)
    if head is None:
        return None
    return Changelog(tuple(_formatted(text, _logical(head["told"]))))


def _formatted(text: str, logical: str) -> Iterator[ChangeSet]:
    """The changesets of formatted SQL: each ends where the next begins."""
    lines = text.split("\n")
    heads = [(at, found) for at, line in enumerate(lines) if (found := _CHANGESET.match(line))]
    ends = [*(at for at, _ in heads[1:]), len(lines)]
    for (at, found), end in zip(heads, ends, strict=True):
        inside = lines[at + 1 : end]
        yield ChangeSet(
            id=found["name"] or found["id"],
            author=(found["quoted"] or found["author"]).strip(),
            line=at + 1,
            logical=_logical(found["told"]) or logical,
            anew=any(
                re.search(_FLAG.format(it), found["told"], re.IGNORECASE)
                for it in ("runOnChange", "runAlways")
            ),
            any_sum=any(_SUMS.match(line) for line in inside) or "validCheckSum" in found["told"],
            sql=(("\n".join(_own_lines(inside)), at + 2),),
            skipped=_is_conditional(found["told"], inside),
        )


def _own_lines(lines: list[str]) -> Iterator[str]:
    """The lines that run, and an empty one for each that only speaks to Liquibase."""
    ends, left, inside = "", 0, False
    for line in lines:
        if ends:
            ends = "" if ends in line else ends
            yield ""
        elif left > 0:
            left -= 1
            yield ""
        elif told := _IGNORED.match(line):
            inside = told["what"].lower() == "start"
            left = int(told["what"]) if told["what"].isdecimal() else 0
            yield ""
        elif _WAY_BACK.match(line):
            ends = "" if "*/" in line else "*/"
            yield ""
        else:
            yield "" if inside or _OF_LIQUIBASE.match(line) else line


def _digest(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _is_conditional(told: str, inside: list[str]) -> bool:
    asked = re.compile(r"\s*--\s*precondition", re.IGNORECASE)
    named = re.search(r"\b(?:context|contextFilter|labels|dbms)\s*:", told, re.IGNORECASE)
    return named is not None or any(asked.match(line) for line in inside)


def _logical(told: str) -> str:
    found = _LOGICAL.search(told)
    return next(filter(None, found.groups()), "") if found else ""
