"""A migration's text to its substance. Total: any bytes give one."""

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from analyzer.model.substance import Substance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.model.objects import EffectSummary, ObjectRef

_CHUNK = 64  # git cuts at line ends and at 64 bytes (diffcore-delta.c)
_PIECE = re.compile(rb"[^\n]{0,63}\n|[^\n]{1,64}", re.DOTALL)
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


@lru_cache(maxsize=4096)
def read_substance(source: bytes) -> Substance:
    """Boil a migration's text down to what tells it from others."""
    from analyzer.model.objects import summary  # a quarter of the start, for what few runs need
    from analyzer.parsing.ruby import parse_ruby

    text = source.decode("utf-8", "replace")
    code = _COMMENT.sub("", text)
    named = _CLASS.search(code)
    body = code[named.end():] if named else code  # fmt: skip
    words = Counter(word for word in _WORD.findall(body) if word not in _BOILERPLATE)
    does = summary(parse_ruby(source).effects)
    return Substance(
        named[1] if named else None, words,
        _names(does.creates), _names(_telling(does)), _names(does.drops),
        Counter(_PIECE.findall(source)), len(source),
    )  # fmt: skip


def _telling(does: "EffectSummary") -> "frozenset[ObjectRef]":
    """What is changed or written, without tables that only gain or lose a part: siblings do too."""
    parts = {ref.name.partition(".")[0] for ref in does.creates | does.drops if "." in ref.name}
    changed = {ref for ref in does.alters if ref.kind != "table" or ref.name not in parts}
    return frozenset(changed | does.writes)


def _names(objects: "Iterable[ObjectRef]") -> frozenset[str]:
    return frozenset(map(str, objects))


def same_code(one: bytes, other: bytes) -> bool:
    """Whether two texts differ in nothing but comments, blank space and the class's name."""
    return _code(one) == _code(other)


def _code(source: bytes) -> str:
    code = _COMMENT.sub("", source.decode("utf-8", "replace"))
    named = _CLASS.search(code)
    if named:
        code = code[: named.start(1)] + code[named.end(1) :]
    return " ".join(code.split())
