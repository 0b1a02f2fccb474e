"""What a migration in a general language does: literal SQL is read, all else is opaque."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from analyzer.engines.registry import remembered
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.sql.sql_language import statements_in
from analyzer.frameworks.text_language import BOILED, PARSED, WORD, TextLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from analyzer.frameworks.keyed.step_statements import CallSite
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Effect, Parsed

_REMEMBERED = 500  # texts: pairing, prediction and repair ask for the same ones
_COMMENTS = {Script.JAVASCRIPT: "//", Script.PHP: "//", Script.PYTHON: "#", Script.RUBY: "#"}
_LONGEST = 200  # characters of a text that is quoted
_UNREAD = "only running it shows what it does"
_MAKES = frozenset({"createTable", "create_table", "create"})
_DROPS = frozenset(
    {"dropTable", "drop_table", "dropTableIfExists", "drop", "dropIfExists", "removeTable"}
)
_CHANGES = frozenset(
    {"table", "alterTable", "alter_table", "addColumn", "add_column", "addColumns"}
)
_LOSES = frozenset({"dropColumn", "dropColumns", "removeColumn", "removeColumns", "drop_column"})
_ALTERS = frozenset({"alter", "change"})  # they make another column of one that is there
_NAMES_OF_TYPES = """
string text mediumtext longtext char integer biginteger tinyint tinyinteger smallint smallinteger
mediuminteger float double decimal boolean date datetime datetimetz timestamp timestamptz time
binary json jsonb uuid ulid enum enu specifictype foreignid foreignuuid unsignedinteger
unsignedbiginteger unsignedsmallinteger unsignedtinyinteger increments bigincrements year
"""
_TYPES = frozenset(_NAMES_OF_TYPES.split())
_OF_THE_LANGUAGE = """
async await class const def do end export exports extends false fn for from function if import in
interface let module new null nil none public private require return self static string then this
true type use var void undefined migration migrator up down queryinterface sequelize datatypes knex
schema table pgm db kysely sql promise builder blueprint illuminate support facades php step yoyo
add alter and as bigint boolean by cascade char character check column constraint create database
default delete drop exists foreign increments index insert int integer into key not notnull nullable
on or primary references select serial set text timestamp timestamps unique unsigned update using
values varchar varying where with id
"""
_BOILERPLATE = frozenset(_OF_THE_LANGUAGE.split())


class KeyedLanguage(TextLanguage):
    """The port ``Language`` by a tool's facts."""

    boilerplate = _BOILERPLATE
    computed = ("${", "+", ".concat(", "sprintf(", ".format(", 'f"', "f'", "#{")

    def __init__(self, facts: Facts) -> None:
        self._facts, self._script = facts, facts.script
        self.lexer = facts.script.value
        self.comment = _COMMENTS[facts.script]
        self._sign = re.compile(facts.sign.encode(), re.MULTILINE)
        self._never = re.compile((facts.never or r"(?!)").encode(), re.MULTILINE)
        self._outside = re.compile(facts.outside.encode(), re.MULTILINE)
        super().__init__()
        self.parse = remembered(self._parse, PARSED)
        self.read_substance = remembered(self._read_substance, BOILED)
        self._read = lru_cache(maxsize=_REMEMBERED)(self._read_ways)

    def is_migration(self, content: bytes) -> bool:
        """Whether a text has what all of the tool's migrations have."""
        return self._sign.search(content) is not None and self._never.search(content) is None

    def _read_ways(self, content: bytes) -> "dict[str, list[Node]]":
        from analyzer.frameworks.keyed.step_statements import ways
        from analyzer.frameworks.keyed.trees import read_tree

        return ways(self._script, read_tree(self._script, content))

    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        """What a migration does: its SQL where that is literal, and what nobody can know."""
        from analyzer.model.effects.effect import Opaque, Parsed

        del key_type
        found = self._read(content)
        if "up" not in found:
            why = "none of it can be read without running it"
            return Parsed((Opaque("the whole file", 1, why),) if content.strip() else ())
        down, effects = found.get("down"), tuple(self._effects(found["up"]))
        return Parsed(
            effects,
            ddl_transaction=self._in_transaction(content),
            down=tuple(self._effects(down)) if down is not None else None,
            partial=any(isinstance(it, Opaque) and it.why == _UNREAD for it in effects),
        )

    def _in_transaction(self, content: bytes) -> bool:
        """Whether nothing is left of a migration that fails.

        Several statements that are sent at once PostgreSQL runs in one transaction.
        """
        if not self._facts.transaction:
            told = [self._sql_of(it) for it in self._read(content)["up"]]
            return len(told) == 1 and told[0] is not None and len(statements_in(told[0][0])) > 1
        return not (self._outside.search(content) and self._runs_outside(content))

    def _runs_outside(self, content: bytes) -> bool:
        """Whether it is code that says so, and no comment."""
        return self._outside.search(" ".join(self.code(content)).encode()) is not None

    def _effects(self, statements: "Sequence[Node]") -> "Iterator[Effect]":
        from analyzer.engines.registry import parse_sql  # the parser takes a while to load
        from analyzer.frameworks.keyed.trees import line_of, text_of
        from analyzer.model.effects.effect import Opaque

        for statement in statements:
            sql = self._sql_of(statement)
            if sql is None:
                said = " ".join(text_of(statement).split())
                yield Opaque(said[:_LONGEST], line_of(statement), _UNREAD)
            else:
                text, line = sql
                yield from parse_sql("\n" * (line - 1) + text)

    def _sql_of(self, statement: "Node") -> tuple[str, int] | None:
        """The SQL that a statement sends, and its line; None where it does, or may do, more."""
        from analyzer.frameworks.keyed.step_statements import call_of, first_text
        from analyzer.frameworks.keyed.trees import literal

        if self._script is Script.PYTHON:
            return literal(statement)
        call = call_of(statement)
        if call is None or call.name not in self._facts.sql_calls or len(call.arguments) != 1:
            return None
        return first_text(call)

    def code(self, content: bytes) -> list[str]:
        """What counts of a text, piece by piece."""
        from analyzer.frameworks.keyed.code_pieces import code_pieces

        return list(code_pieces(self._script, content))

    def _read_substance(self, content: bytes) -> "ContentFeatures":
        """Boil a text down to what tells it from others."""
        from analyzer.model.effects.content_features import ContentFeatures
        from analyzer.model.effects.deeds import deeds, work_of

        effects = self.parse(content).effects
        creates, changes, destroys = map(set, deeds(effects))
        for verb, names in self._named(content):
            {"creates": creates, "changes": changes, "destroys": destroys}[verb].update(names)
        words = tuple(self._statement_words(content))
        return ContentFeatures(
            None,
            self.own_words(content),
            frozenset(creates),
            frozenset(changes),
            frozenset(destroys),
            content,
            work_of(effects, words),
        )

    def _named(self, content: bytes) -> "Iterator[tuple[str, set[str]]]":
        """The tables that a builder's calls name, by what becomes of them."""
        from analyzer.frameworks.keyed.step_statements import calls_in, first_text

        for call in calls_in(self._read(content).get("up", [])):
            told = first_text(call)
            if told is None:
                continue
            for verb, names in (("creates", _MAKES), ("changes", _CHANGES), ("destroys", _DROPS)):
                if call.name in names:
                    yield verb, {f"table:{told[0]}"}
            if call.name in _CHANGES | _LOSES:
                yield from _columns(call, told[0])

    def _statement_words(self, content: bytes) -> "Iterator[tuple[str, ...]]":
        from analyzer.frameworks.keyed.trees import text_of

        for statement in self._read(content).get("up", []):
            yield tuple(WORD.findall(text_of(statement)))

    def statements_at(self, content: bytes, line: int) -> list[tuple[int, int]]:
        """The statements that cover a line, the innermost first."""
        from analyzer.frameworks.keyed.trees import line_of

        places = (
            (line_of(it), it.end_point[0] + 1) for way in self._read(content).values() for it in way
        )
        return [(first, last) for first, last in places if first <= line <= last][:1]


def _columns(call: "CallSite", table: str) -> "Iterator[tuple[str, set[str]]]":
    """The columns that a call adds to a table, or takes away, by name or in a function's body."""
    from analyzer.frameworks.keyed.step_statements import chains_in, first_text
    from analyzer.frameworks.keyed.trees import literal

    named = literal(call.arguments[1]) if len(call.arguments) > 1 else None
    if named is not None and (call.name in _LOSES or call.name == "addColumn"):
        yield "destroys" if call.name in _LOSES else "creates", {f"column:{table}.{named[0]}"}
    for first, *others in chains_in(call.arguments[1:]):
        told = first_text(first)
        if told is None or _ALTERS.intersection(it.name for it in others):
            continue
        if first.name in _LOSES:
            yield "destroys", {f"column:{table}.{told[0]}"}
        elif first.name.lower() in _TYPES:
            yield "creates", {f"column:{table}.{told[0]}"}
