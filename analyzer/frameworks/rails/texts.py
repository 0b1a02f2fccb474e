"""The text of a Rails migration: Ruby, read by the parser that loads when it is asked for."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed

lexer = "ruby"
comment = "#"
computed = ("#{", "join_table", "eval", "constantize", "send")
config_folder: str | None = "config"
_KEY_TYPE = re.compile(rb"primary_key_type(?:\s*[:=]>?\s*|:\s*):(\w+)")
_ASKS_KEY_TYPE = b"primary_key_type"
_WORD_FILES = (  # where Rails 2 had inflections, where some put them, where Rails generates them
    "config/environment.rb",
    "config/application.rb",
    "config/initializers/inflections.rb",
)


def is_migration(content: bytes) -> bool:
    """Whether a text defines a migration's class."""
    return _MIGRATION.search(content) is not None


_MIGRATION = re.compile(rb"<\s*(?:::)?ActiveRecord::Migration\b", re.MULTILINE)


def is_configuration(path: str) -> bool:
    """Whether a file of the configuration is Ruby."""
    return path.endswith(".rb")


def key_type(configuration: bytes) -> str | None:
    """What a file of the configuration sets as ``primary_key_type``."""
    found = _KEY_TYPE.search(configuration)
    return found[1].decode() if found else None


def asks_key_type(content: bytes) -> bool:
    """Whether a text's effects depend on the application's ``primary_key_type``."""
    return _ASKS_KEY_TYPE in content


def word_files(root: str) -> Sequence[str]:
    """The files that may add inflections to Rails' own, in the order in which they are read."""
    return [f"{root}/{place}" if root else place for place in _WORD_FILES]


def settle_words(contents: Iterable[bytes]) -> None:
    """From here on, words change by the inflections of these files."""
    told = [content for content in contents if b"inflections" in content]
    known = sys.modules.get("analyzer.parsing.ruby.inflection")
    if told:
        from analyzer.frameworks.rails.language.own_inflections import settle_own

        settle_own(told)
    elif known is not None:
        known.settle(known.USUAL)


def parse(content: bytes, key_type: str | None = None) -> "Parsed":
    """What a migration does."""
    from analyzer.frameworks.rails.language.migrations import parse_ruby

    return parse_ruby(content, key_type)


def same_code(one: bytes, other: bytes) -> bool:
    """Whether two texts differ in nothing but comments, blank space and the class's name."""
    from analyzer.frameworks.rails.language import substance

    return substance.same_code(one, other)


def read_substance(content: bytes) -> "ContentFeatures":
    """Boil a text down to what tells it from others."""
    from analyzer.frameworks.rails.language import substance

    return substance.read_substance(content)


def read_words(content: bytes) -> frozenset[str]:
    """All words of a text."""
    from analyzer.frameworks.rails.language import substance

    return substance.read_words(content)


def read_subject(content: bytes) -> tuple[str | None, Counter[str]]:
    """The name of a migration's class, and the words in it that are not the language's own."""
    from analyzer.frameworks.rails.language import substance

    return substance.read_subject(content)


def may_create(content: bytes) -> frozenset[str] | None:
    """Names of what a text may create; None where it may be anything."""
    from analyzer.frameworks.rails.language import mentions as names

    return names.may_create(content)


def speaks_of(content: bytes) -> frozenset[str]:
    """Every word of a text, and the tables that it may mean by it."""
    from analyzer.frameworks.rails.language import mentions as names

    return names.speaks_of(content)


def statements_at(content: bytes, line: int) -> list[tuple[int, int]]:
    """The statements that cover a line."""
    from analyzer.frameworks.rails.language import statement_places

    return statement_places.statements_at(content, line)
