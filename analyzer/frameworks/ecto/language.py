"""The text of an Ecto migration: Elixir, which only running it shows."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from analyzer.frameworks.text_language import WORD, TextLanguage

if TYPE_CHECKING:
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed

_SIGN = re.compile(rb"^\s*use\s+Ecto\.Migration\b", re.MULTILINE)
_MODULE = re.compile(r"^\s*defmodule\s+([A-Za-z0-9_.]+)\s+do\b", re.MULTILINE)
_TOKEN = re.compile(r'(?P<comment>#[^\n]*)|"""(?:.*?)"""|"(?:\\.|[^"\\])*"|\w+|[^\s\w]', re.DOTALL)
_TABLE = re.compile(
    r"\b(create|create_if_not_exists|alter|drop|drop_if_exists)[ (]+table\(\s*[:\"](\w+)"
)
_UNREAD = "Elixir is not read: only running it shows what it does"
_DEEDS = {"alter": "changes", "drop": "destroys", "drop_if_exists": "destroys"}
_OF_THE_LANGUAGE = """
add alter binary boolean change create default def defmodule defp do down drop ecto end execute
false fn for from if index integer migration modify null on_delete precision primary_key
references remove rename repo string table text timestamps true type unique unique_index up use
using utc_datetime where
"""
_BOILERPLATE = frozenset(_OF_THE_LANGUAGE.split())


class EctoLanguage(TextLanguage):
    """The port ``Language``: what runs is opaque, and says so."""

    lexer = "elixir"
    comment = "#"
    computed = ("#{", "<>", "Enum.")
    boilerplate = _BOILERPLATE

    def is_migration(self, content: bytes) -> bool:
        """Whether a text uses Ecto's migrations."""
        return _SIGN.search(content) is not None

    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        """Nobody can know what it does."""
        from analyzer.model.effects.effect import Opaque, Parsed

        del key_type
        return Parsed((Opaque("the whole file", 1, _UNREAD),) if content.strip() else ())

    def _read_substance(self, content: bytes) -> "ContentFeatures":
        """Boil a text down to what tells it from others."""
        from analyzer.model.effects.content_features import ContentFeatures
        from analyzer.model.effects.deeds import work_of

        text = content.decode("utf-8", "replace")
        told: dict[str, set[str]] = {"creates": set(), "changes": set(), "destroys": set()}
        for verb, table in _TABLE.findall(text):
            told[_DEEDS.get(verb, "creates")].add(f"table:{table}")
        words = tuple(tuple(WORD.findall(line)) for line in text.splitlines() if line.strip())
        work = work_of(self.parse(content).effects, words)
        return ContentFeatures(
            self._module(text),
            self.own_words(content),
            frozenset(told["creates"]),
            frozenset(told["changes"]),
            frozenset(told["destroys"]),
            content,
            work,
        )

    def read_subject(self, content: bytes) -> tuple[str | None, Counter[str]]:
        """The module's name, and the words that are not the language's own."""
        return self._module(content.decode("utf-8", "replace")), self.own_words(content)

    @staticmethod
    def _module(text: str) -> str | None:
        found = _MODULE.search(text)
        return found[1].rpartition(".")[2] if found else None

    def code(self, content: bytes) -> list[str]:
        """All but comments, blank space and the head with the module's name."""
        text = _MODULE.sub("", content.decode("utf-8", "replace"), count=1)
        return [it[0] for it in _TOKEN.finditer(text) if it["comment"] is None]

    def may_create(self, content: bytes) -> frozenset[str] | None:
        """It may be anything."""
        del content
        return None

    def statements_at(self, content: bytes, line: int) -> list[tuple[int, int]]:
        """The line itself: where a statement ends is not read."""
        del content
        return [(line, line)]
