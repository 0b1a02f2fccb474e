"""A migration's text to its substance. Total: any bytes give one."""

import re
from collections import Counter

from analyzer.engines.registry import remembered
from analyzer.model.effects.content_features import ContentFeatures
from analyzer.parsing.ruby.inflection import Inflections, settled

_CLASS = re.compile(
    r"^[ \t]*class\s+(?:::)?([A-Z]\w*(?:::[A-Z]\w*)*)\s*<\s*"
    r"(?:::)?ActiveRecord\s*::\s*Migration(?:\[[\d.]+\])?",
    re.MULTILINE,
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#(?!\{)[^\n]*", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[?!]?|\d+")
_OF_THE_LANGUAGE = """
class module def end do if unless else elsif then begin rescue ensure return self nil true false
not and or in while until case when new lambda proc each map select reject present blank
ActiveRecord Migration Base change up down reversible dir t create_table drop_table change_table
add_column remove_column rename_column rename_table change_column add_index remove_index
add_reference references belongs_to add_foreign_key remove_foreign_key foreign_key index column
string text integer bigint boolean datetime timestamp timestamps date time float decimal binary
json jsonb uuid hstore inet array null default limit precision scale unique name id type to from
on_delete cascade nullify primary_key force execute using where polymorphic table_name
disable_ddl_transaction algorithm concurrently safety_assured strong_migrations if_exists
if_not_exists options charset change_column_null change_column_default SQL sql connection
irreversible IrreversibleMigration raise require require_relative
"""
_BOILERPLATE = frozenset(_OF_THE_LANGUAGE.split())


def _read_substance(source: bytes, own: Inflections) -> ContentFeatures:
    del own  # what is remembered holds for them alone
    from analyzer.frameworks.rails.language.migrations import (
        parse_ruby,  # a quarter of the start, for what few runs need
    )
    from analyzer.frameworks.rails.language.step_facts import read_work
    from analyzer.model.effects.deeds import deeds

    class_name, body = _read_class(source)
    effects = parse_ruby(source).effects
    creates, changes, destroys = deeds(effects)
    work = read_work(effects, body)
    return ContentFeatures(class_name, _own_words(body), creates, changes, destroys, source, work)


_remembered = remembered(_read_substance, 4096)


def read_substance(source: bytes) -> ContentFeatures:
    """Boil a migration's text down to what tells it from others."""
    return _remembered(source, settled())


def read_words(source: bytes) -> frozenset[str]:
    """All words of a text, boilerplate and comments too: a first look, without the parser."""
    return frozenset(_WORD.findall(source.decode("utf-8", "replace")))


def read_subject(source: bytes) -> tuple[str | None, Counter[str]]:
    """The name of a migration's class, and the words in it that are not the language's own."""
    class_name, body = _read_class(source)
    return class_name, _own_words(body)


def _read_class(source: bytes) -> tuple[str | None, str]:
    """The name of a migration's class, and the code behind it without comments."""
    code = _COMMENT.sub("", source.decode("utf-8", "replace"))
    named = _CLASS.search(code)
    return (named[1], code[named.end() :]) if named else (None, code)


def _own_words(body: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(body) if word not in _BOILERPLATE)


def same_code(one: bytes, other: bytes) -> bool:
    """Whether two texts differ in nothing but comments, blank space and the class's name."""
    return _code(one) == _code(other)


def _code(source: bytes) -> str:
    code = _COMMENT.sub("", source.decode("utf-8", "replace"))
    named = _CLASS.search(code)
    if named:
        code = code[: named.start(1)] + code[named.end(1) :]
    return " ".join(code.split())
