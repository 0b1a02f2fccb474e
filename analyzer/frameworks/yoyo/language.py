"""What a migration of yoyo does, in Python or in SQL: the text itself tells which it is."""

import re
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.keyed.language import KeyedLanguage
from analyzer.frameworks.sql.sql_language import SqlLanguage, SqlSections

if TYPE_CHECKING:
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed

_PYTHON = re.compile(
    rb"^\s*(?:from\s+yoyo\s+import|import\s+yoyo)\b|^(?:steps\s*=|step\s*\(|__depends__\s*=)",
    re.MULTILINE,
)
_DIRECTIVE = r"^\s*--\s*(?:transactional|depends)\s*:"
_ALONE = re.compile(r"\s*--\s*transactional\s*:\s*false\s*", re.IGNORECASE)
_HEAD = re.compile(r"(?:[ \t]*(?:--[^\n]*)?(?:\n|\Z))*")  # yoyo looks for directives up to here


def _cut(text: str) -> SqlSections:
    """All of it runs; the comments at its head may say that it does without a transaction."""
    head = _HEAD.match(text)
    lines = head[0].splitlines() if head is not None else []
    return SqlSections(text, transaction=not any(map(_ALONE.fullmatch, lines)))


class YoyoLanguage(KeyedLanguage):
    """The port ``Language`` of yoyo.

    Plain SQL says nothing of the tool that runs it: where all files are such, the version table or
    the settings say that it is yoyo.
    """

    def __init__(self, facts: Facts) -> None:
        self._sql = SqlLanguage(_cut, sign=_DIRECTIVE, mark=_DIRECTIVE.removeprefix("^"))
        super().__init__(facts)

    def is_migration(self, content: bytes) -> bool:
        """Whether a text imports yoyo, or has one of its directives in SQL."""
        if _PYTHON.search(content) is None:
            return self._sql.is_migration(content)
        return super().is_migration(content)

    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        if _PYTHON.search(content) is None:
            return self._sql.parse(content, key_type)
        return super()._parse(content, key_type)

    def code(self, content: bytes) -> list[str]:
        """What counts of a text, piece by piece."""
        return super().code(content) if _PYTHON.search(content) else self._sql.code(content)

    def _read_substance(self, content: bytes) -> "ContentFeatures":
        if _PYTHON.search(content) is None:
            return self._sql.read_substance(content)
        return super()._read_substance(content)

    def statements_at(self, content: bytes, line: int) -> list[tuple[int, int]]:
        """The statements that cover a line, the innermost first."""
        if _PYTHON.search(content) is None:
            return self._sql.statements_at(content, line)
        return super().statements_at(content, line)
