"""Names in a migration's text, found without parsing it: what it may create, what it speaks of.

Cheap, and rather too many than too few: it says which texts are worth parsing.
"""

import re

from analyzer.frameworks.rails.language.substance import read_subject
from analyzer.parsing.ruby.inflection import pluralize, tableize

_MAKES_WHOLE = re.compile(
    rb"\b(?:create_\w+|rename_table|enable_extension|add_enum|create_enum|rename_enum)\b([^\n]*)"
)
_MAKES_PART = re.compile(
    rb"\b(?:add_column|add_columns|rename_column|add_reference|add_belongs_to|add_timestamps|"
    rb"add_index|rename_index)\b([^\n]*)"
)
_IN_BLOCK = re.compile(rb"\b\w+\.(\w+[^\n]*)")
_SQL = re.compile(rb"\b(?:execute|exec_query|sql|CREATE|ALTER|RENAME)\b")
_NAME = re.compile(rb"[:\"']([A-Za-z_][\w.]*)|\b([a-z_]\w*):\s")


def may_create(source: bytes) -> frozenset[str] | None:
    """Names of what a text may create for others to use; None where it may be anything.

    Of a new table the table's name will do, as nobody uses its columns without it.
    """
    if _SQL.search(source):
        return None
    names: set[str] = set()
    for found in _MAKES_WHOLE.finditer(source):
        told = _names(found[1])
        if not told:
            return None
        names |= told
    for found in _MAKES_PART.finditer(source):
        told = _names(found[1])
        if not told:
            return None
        names |= told - _first(found[1])
    if b"change_table" in source:
        for found in _IN_BLOCK.finditer(source):
            names |= _names(found[1])
    return frozenset(names)


def speaks_of(source: bytes) -> frozenset[str]:
    """Every word of a text, and the tables that it may mean by it."""
    _, words = read_subject(source)
    meant = {tableize(word) for word in words if word[:1].isupper()}
    return frozenset({*words, *meant, *(pluralize(word) for word in words if word.islower())})


def _names(text: bytes) -> set[str]:
    told = (part for found in _NAME.findall(text) for part in found if part)
    return {name.decode("ascii").rpartition(".")[2] for name in told}


def _first(text: bytes) -> set[str]:
    """The first name of an argument list, which is the table's."""
    found = _NAME.search(text)
    return _names(found[0]) if found else set()
