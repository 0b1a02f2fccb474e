"""Migrations that are SQL: the text of each is read by the database's own parser.

What tells one tool from another is which parts of a text run, and how.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.engines.registry import remembered
from analyzer.frameworks.text_language import BOILED, PARSED, WORD, TextLanguage
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Effect, Parsed

# what a text is made of besides blanks: comments, texts, names in quotes, words, other characters
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))|'(?:[^']|'')*'?|\"[^\"]*\"?"
    r"|(?P<dollar>\$\w*\$).*?(?:(?P=dollar)|\Z)|\w+|[^\s\w]",
    re.DOTALL,
)
_OF_THE_LANGUAGE = """
add alter and as asc begin bigint boolean bytea by cascade check column commit concurrently
constraint create database date decimal default delete desc distinct do drop else end enum
exception exists extension false for foreign from function grant having if in index insert int
integer into is join json jsonb key language left limit materialized migrate not null numeric of on
only or order owner primary procedure public references rename replace returning returns schema
select sequence serial set smallint table temporary text then time timestamp timestamptz to
transaction trigger true type union unique update up down using uuid values varchar view when where
with without zone id name
"""
_BOILERPLATE = frozenset(_OF_THE_LANGUAGE.split())


_COMMITS = re.compile(r"\bCONCURRENTLY\b|^\s*VACUUM\b", re.IGNORECASE | re.MULTILINE)


class SectionError(Exception):
    """What a tool says where a text has not the sections that it must have."""


class SqlSections(Struct, frozen=True):
    """What of a text runs, each part on the lines where it stands in the file.

    ``down`` is None where the file has no way back. ``transaction`` tells whether nothing is left
    of a migration that fails.
    """

    up: str
    down: str | None = None
    transaction: bool = True


Cut = Callable[[str], SqlSections]
"""Reads the sections of a text; raises SectionError where the tool would not run it."""


class SqlLanguage(TextLanguage):
    """The port ``Language`` for a tool whose migrations are SQL.

    Args: cut: finds what runs.  sign: is in the text of each of its migrations; None where nothing
        is.  mark: comments that mean something to the tool.
    """

    lexer = "sql"
    comment = "--"
    computed = ("EXECUTE", "execute", "Execute")  # of a text, in a block
    boilerplate = _BOILERPLATE

    def __init__(self, cut: Cut, sign: str | None = None, mark: str = r"\Z.") -> None:
        self._cut = cut
        self._sign = re.compile(sign.encode(), re.MULTILINE) if sign is not None else None
        self._mark = re.compile(mark)
        super().__init__()
        self.parse = remembered(self._parse, PARSED)
        self.read_substance = remembered(self._read_substance, BOILED)

    def is_migration(self, content: bytes) -> bool:
        """Whether a text has the mark that the tool asks for."""
        return self._sign is None or self._sign.search(content) is not None

    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        """What a migration does: the statements of its sections, on the lines where they stand."""
        from analyzer.model.effects.effect import Opaque, Parsed, Problem

        del key_type
        try:
            found = self._cut(content.decode("utf-8", "replace"))
        except SectionError as error:
            said = str(error)
            return Parsed((Opaque("the whole file", 1, said),), problems=(Problem(said, 1),))
        down = _effects(found.down) if found.down is not None else None
        return Parsed(_effects(found.up), ddl_transaction=found.transaction, down=down)

    def code(self, content: bytes) -> list[str]:
        """What counts of a text, piece by piece."""
        text = content.decode("utf-8", "replace")
        return [
            " ".join(found[0].split()) if found["comment"] else found[0]
            for found in _TOKEN.finditer(text)
            if found["comment"] is None or self._mark.match(found[0])
        ]

    def _read_substance(self, content: bytes) -> "ContentFeatures":
        """Boil a text down to what tells it from others."""
        from analyzer.model.effects.content_features import ContentFeatures
        from analyzer.model.effects.deeds import deeds, work_of

        parsed = self.parse(content)
        creates, changes, destroys = deeds(parsed.effects)
        statements = tuple(self._statement_words(content.decode("utf-8", "replace")))
        work = work_of(parsed.effects, statements)
        words = self.own_words(content)
        return ContentFeatures(None, words, creates, changes, destroys, content, work)

    def _statement_words(self, text: str) -> list[tuple[str, ...]]:
        try:
            up = self._cut(text).up
        except SectionError:
            up = text
        return [tuple(WORD.findall(told)) for _, _, told in statements_in(up)]

    def statements_at(self, content: bytes, line: int) -> list[tuple[int, int]]:
        """The one statement that covers a line."""
        found = statements_in(content.decode("utf-8", "replace"))
        return [(first, last) for first, last, _ in found if first <= line <= last][:1]


def whole_text(text: str) -> SqlSections:
    """Where all of a file runs at once, and nothing in it takes it back."""
    return SqlSections(text)


def one_message(text: str) -> SqlSections:
    """Where a file is sent as it is: several statements are one transaction, one alone is none."""
    return SqlSections(text, transaction=len(statements_in(text)) > 1)


def pipelined(text: str) -> SqlSections:
    """Where the statements are sent one after another, and confirmed together.

    They are one transaction, unless one commits by itself: that ends what came before it.
    """
    return SqlSections(text, transaction=_COMMITS.search(text) is None)


def only(text: str, parts: Sequence[tuple[int, int]]) -> str:
    """The text with nothing but some parts, each on the lines where it stands.

    Args: parts: where each begins and ends, as offsets, in order.
    """
    out, position = [], 0
    for start, end in parts:
        out += ["\n" * text.count("\n", position, start), text[start:end]]
        position = end
    return "".join(out)


def statements_in(text: str) -> list[tuple[int, int, str]]:
    """The statements of a text: first and last line, one-based, and the text without comments."""
    found: list[tuple[int, int, str]] = []
    parts: list[str] = []
    first = last = line = 1
    position = 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", position, token.start())
        position = token.start()
        if token["comment"] is not None:
            continue
        first = first if parts else line
        last = line + token[0].count("\n")
        if token[0] == ";":
            found.append((first, last, " ".join(parts)))
            parts = []
        else:
            parts.append(token[0])
    if parts:
        found.append((first, last, " ".join(parts)))
    return [it for it in found if it[2]]


def _effects(text: str) -> "tuple[Effect, ...]":
    from analyzer.engines.registry import parse_sql  # the parser takes a while to load

    return parse_sql(text)
