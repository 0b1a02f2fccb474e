"""Who is who among the classes of a file: the migration, superclasses, classes opened again."""

import re

from tree_sitter import Node

from analyzer.frameworks.rails.language.ruby_outline import Outline
from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import Constant
from analyzer.parsing.ruby.ruby_walk import RubyClass

_MIGRATION = re.compile(r"(?:::)?[\w:]*Migration(?:\s*\[\s*([^\]]*)\])?", re.ASCII)
_VERSION = re.compile(r"[\"']?(\d{1,3})\.(\d{1,3})[\"']?")


def holds_classes(node: Node) -> bool:
    """Whether a condition at the top of a file decides which classes there are."""
    then = node.child_by_field_name("consequence")
    return then is not None and any(child.type in {"class", "module"} for child in parts(then))


def reopened(found: Outline, node: Node) -> RubyClass | None:
    """The class of the file that ``Name.class_eval do`` opens again."""
    method, receiver = node.child_by_field_name("method"), node.child_by_field_name("receiver")
    if method is None or receiver is None or receiver.type != "constant":
        return None
    if found.walk.file.text(method) not in {"class_eval", "class_exec"}:
        return None
    return found.walk.classes.get(found.walk.file.text(receiver))


def superclass_of(found: Outline, node: Node) -> str | None:
    """What a class inherits from; a variable or constant that names it is followed."""
    holder = node.child_by_field_name("superclass")
    if holder is None:
        return None
    text = found.walk.file.excerpt(holder).removeprefix("<").strip()
    named = found.walk.variables.get(text, found.walk.constants.get(text))
    return named.path if isinstance(named, Constant) else text


def consider(found: Outline, defined: RubyClass) -> None:
    """Take a class for the migration if it says so by what it inherits from."""
    if found.migration is not None or defined.superclass is None:
        return
    match = _MIGRATION.fullmatch(defined.superclass)
    if match is None:
        return
    found.migration = defined
    version = _VERSION.search(match[1] or "")
    found.rails = (int(version[1]), int(version[2])) if version else None
