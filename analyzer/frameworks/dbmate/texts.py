"""The text of a dbmate migration: PostgreSQL's SQL between two marks."""

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from analyzer.frameworks.dbmate.sections import Section, SectionError, only, sections

if TYPE_CHECKING:
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Effect, Parsed

lexer = "sql"
comment = "--"
computed = ("EXECUTE", "execute", "Execute")  # of a text, in a block
config_folder: str | None = None
_REMEMBERED = 500  # texts: pairing, prediction and repair ask for the same ones
_IS_OURS = re.compile(rb"^--\s*migrate:up\b", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d+")
# what a text is made of besides blanks: comments, texts, names in quotes, words, other characters
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))|'(?:[^']|'')*'?|\"[^\"]*\"?"
    r"|(?P<dollar>\$\w*\$).*?(?:(?P=dollar)|\Z)|\w+|[^\s\w]",
    re.DOTALL,
)
_MARK = re.compile(r"--[\t\n\f\r ]*migrate:(?:up|down)\b")
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


def is_migration(content: bytes) -> bool:
    """Whether a text has the mark that dbmate asks for."""
    return _IS_OURS.search(content) is not None


def is_configuration(path: str) -> bool:
    """There is no configuration that a migration depends on."""
    del path
    return False


def key_type(configuration: bytes) -> str | None:
    """There is no such setting."""
    del configuration
    return None


def asks_key_type(content: bytes) -> bool:
    """SQL says itself which type a key has."""
    del content
    return False


@lru_cache(maxsize=_REMEMBERED)
def parse(content: bytes, key_type: str | None = None) -> "Parsed":
    """What a migration does: the statements of its sections, on the lines where they stand."""
    del key_type
    from analyzer.model.effects.effect import Opaque, Parsed, Problem

    text = content.decode("utf-8", "replace")
    try:
        found = sections(text)
    except SectionError as error:
        said = str(error)
        return Parsed((Opaque("the whole file", 1, said),), problems=(Problem(said, 1),))
    up = _effects(only(text, tuple(it.up for it in found)))
    down = _effects(only(text, tuple(it.down for it in found)))
    return Parsed(up, ddl_transaction=_in_transaction(text, found), down=down)


def _effects(text: str) -> "tuple[Effect, ...]":
    from analyzer.engines.registry import usual_engine  # its parser takes a while to load

    return usual_engine().parser.parse_sql(text)


def _in_transaction(text: str, found: tuple[Section, ...]) -> bool:
    """Whether nothing is left of a migration that fails.

    Where it asks for none, several statements are sent at once, which PostgreSQL runs in one.
    """
    alone = [len(statements_in(text[slice(*it.up)])) <= 1 for it in found if not it.transaction]
    return not any(alone)


def same_code(one: bytes, other: bytes) -> bool:
    """Whether two texts differ in nothing but comments and blank space."""
    return _code(one) == _code(other)


def _code(content: bytes) -> list[str]:
    text = content.decode("utf-8", "replace")
    return [
        " ".join(found[0].split()) if found["comment"] else found[0]
        for found in _TOKEN.finditer(text)
        if found["comment"] is None or _MARK.match(found[0])
    ]


@lru_cache(maxsize=4096)
def read_substance(content: bytes) -> "ContentFeatures":
    """Boil a text down to what tells it from others."""
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.deeds import deeds, work_of

    parsed = parse(content)
    creates, changes, destroys = deeds(parsed.effects)
    statements = tuple(_statement_words(content.decode("utf-8", "replace")))
    work = work_of(parsed.effects, statements)
    return ContentFeatures(None, _own_words(content), creates, changes, destroys, content, work)


def _statement_words(text: str) -> list[tuple[str, ...]]:
    try:
        up = only(text, tuple(it.up for it in sections(text)))
    except SectionError:
        up = text
    return [tuple(_WORD.findall(told)) for _, _, told in statements_in(up)]


def read_words(content: bytes) -> frozenset[str]:
    """All words of a text."""
    return frozenset(_WORD.findall(content.decode("utf-8", "replace")))


def read_subject(content: bytes) -> tuple[str | None, Counter[str]]:
    """No name, and the words that are not the language's own."""
    return None, _own_words(content)


def _own_words(content: bytes) -> Counter[str]:
    told = " ".join(_code(content))
    return Counter(word for word in _WORD.findall(told) if word.lower() not in _BOILERPLATE)


def may_create(content: bytes) -> frozenset[str] | None:
    """Names of what a text may create; None where something in it cannot be read."""
    from analyzer.model.effects.effect import Opaque
    from analyzer.model.effects.objects import Role, bare, objects

    effects = parse(content).effects
    if any(isinstance(bare(effect), Opaque) for effect in effects):
        return None
    refs = (ref for effect in effects for role, ref in objects(effect) if role is Role.CREATES)
    return frozenset(ref.name.rpartition(".")[2] for ref in refs)


def speaks_of(content: bytes) -> frozenset[str]:
    """Every word of a text."""
    return read_words(content)


def statements_at(content: bytes, line: int) -> list[tuple[int, int]]:
    """The one statement that covers a line."""
    found = statements_in(content.decode("utf-8", "replace"))
    return [(first, last) for first, last, _ in found if first <= line <= last][:1]


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
