"""Which of a file's classes are models, and the tables that they stand for."""

import re

from analyzer.frameworks.rails.language.models.ruby_models import guess_model
from analyzer.parsing.ruby.inflection import pluralize, underscore
from analyzer.parsing.ruby.ruby_value import Model
from analyzer.parsing.ruby.ruby_walk import MethodWalk, RubyClass

_MIGRATION = re.compile(r"[\w:]*Migration(\s*\[.*)?", re.ASCII | re.DOTALL)
_RECORD = re.compile(r"(::)?(ActiveRecord(::Base)?|[\w:]*Record)")
_CLASS = re.compile(r"(::)?[A-Z]\w*")
_NO_MODEL = re.compile(r"(Error|Exception|Struct|Job|Worker|Service|Base|Migrator)$")


def is_model(defined: RubyClass) -> bool:
    """Whether a class of the file stands for a table: it says so, or inherits from what does."""
    if defined.table is not None:
        return True
    above = defined.superclass
    if above is None or _MIGRATION.fullmatch(above):
        return False
    if _RECORD.fullmatch(above):
        return True
    return _CLASS.fullmatch(above) is not None and _NO_MODEL.search(above) is None


def model_of_class(walk: MethodWalk, defined: RubyClass) -> Model:
    """The model that a class is; without a table of its own it shares the one above it."""
    seen: list[RubyClass] = []
    above = defined
    while above not in seen:
        seen.append(above)
        if above.table is not None:
            return Model(defined.name, above.table.removeprefix("public."), sure=True)
        name = (above.superclass or "").removeprefix("::")
        if _RECORD.fullmatch(name):
            table = pluralize(underscore(above.name.rpartition("::")[2]))
            return Model(defined.name, table, sure=True)
        if name not in walk.classes:
            return Model(defined.name, guess_model(name).table, sure=True)
        above = walk.classes[name]
    return Model(defined.name, guess_model(defined.name).table, sure=True)
