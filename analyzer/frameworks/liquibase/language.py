"""What changelogs do: literal SQL is read by the database's parser, named changes by their names.

Where a file has several changesets each runs by itself, as a row says, or conditions of its own.
"""

import re
from typing import TYPE_CHECKING

from analyzer.frameworks.liquibase.changesets import Changelog, ChangeSet, read_changelog
from analyzer.frameworks.sql.sql_language import SqlLanguage, statements_in, whole_text
from analyzer.frameworks.text_language import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Effect, Parsed

_MAKES, _DROPS = frozenset({"createTable"}), frozenset({"dropTable"})
_UNREAD = "Liquibase makes SQL of it for the database that it runs on"
_MARKUP_WORDS = re.compile(r"<!--.*?-->|</?[\w:.-]+|\w+|[^\s\w]", re.DOTALL)
_OF_THE_LANGUAGE = """
changeset changes databasechangelog createtable addcolumn droptable dropcolumn column constraints
sql comment rollback type tablename columnname author id nullable primarykey primarykeyname
liquibase formatted xml xmlns xsi schemalocation http www org dbchangelog
"""
_OF_MARKUP = frozenset(_OF_THE_LANGUAGE.split())


class LiquibaseLanguage(SqlLanguage):
    """The port ``Language`` of Liquibase."""

    comment = "--"
    boilerplate = SqlLanguage.boilerplate | _OF_MARKUP

    def __init__(self) -> None:
        super().__init__(whole_text)

    def is_migration(self, content: bytes) -> bool:
        """Whether a text is a changelog."""
        return read_changelog(content) is not None

    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        """What its changesets do, in their order."""
        from analyzer.model.effects.effect import Opaque, Parsed, Problem

        del key_type
        found = read_changelog(content)
        if found is None or found.fault:
            said = found.fault if found is not None else "it is not a changelog"
            told = (Problem(said, 1),) if content.strip() else ()
            return Parsed((Opaque("the whole file", 1, said),) if told else (), problems=told)
        return Parsed(tuple(_effects(found)))

    def code(self, content: bytes) -> list[str]:
        """What counts of a text, piece by piece."""
        if content.lstrip().startswith((b"--", b"/*")) or read_changelog(content) is None:
            return super().code(content)
        found = _MARKUP_WORDS.findall(content.decode("utf-8", "replace"))
        return [it for it in found if not it.startswith("<!--")]

    def _read_substance(self, content: bytes) -> "ContentFeatures":
        """Boil a text down; named changes tell their tables."""
        from analyzer.records import replace

        found = super()._read_substance(content)
        log = read_changelog(content) or Changelog()
        calls = [call for it in log.changesets for call in it.calls]
        makes = {f"table:{table}" for name, table, _ in calls if table and name in _MAKES}
        drops = {f"table:{table}" for name, table, _ in calls if table and name in _DROPS}
        other = {f"table:{table}" for _, table, _ in calls if table} - makes - drops
        return replace(
            found,
            creates=found.creates | makes,
            changes=found.changes | other,
            destroys=found.destroys | drops,
        )

    def _statement_words(self, text: str) -> list[tuple[str, ...]]:
        log = read_changelog(text.encode()) or Changelog()
        texts = [sql for it in log.changesets for sql, _ in it.sql]
        words = [tuple(WORD.findall(it)) for sql in texts for _, _, it in statements_in(sql)]
        return words + [call[:2] for it in log.changesets for call in it.calls]


def _effects(found: Changelog) -> "Iterator[Effect]":
    from analyzer.model.core.condition import Unsure
    from analyzer.model.effects.effect import AnsweredQuestion, Guarded

    several = len(found.changesets) > 1
    for number, it in enumerate(found.changesets):
        own = sorted(_of_changeset(it), key=lambda effect: effect.line)
        if not several and not it.skipped:
            yield from own
            continue
        asked = AnsweredQuestion(Unsure(f"changeset {it.author}:{it.id} is to run"), number)
        for effect in own:
            if isinstance(effect, Guarded):
                yield Guarded(effect.effect, (asked, *effect.asked), effect.line)
            else:
                yield Guarded(effect, (asked,), effect.line)


def _of_changeset(it: ChangeSet) -> "Sequence[Effect]":
    from analyzer.engines.registry import parse_sql  # the parser takes a while to load
    from analyzer.model.effects.effect import Opaque

    found: list[Effect] = []
    for sql, line in it.sql:
        found += parse_sql("\n" * (line - 1) + sql)
    found += (Opaque(" ".join(filter(None, call[:2])), call[2], _UNREAD) for call in it.calls)
    return found
