"""What a file defines: the migration's class, models, modules, methods and constants."""

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language import ruby_harmless
from analyzer.frameworks.rails.language.models.ruby_inheritance import is_model, model_of_class
from analyzer.frameworks.rails.language.rails_rules import Rules
from analyzer.frameworks.rails.language.rails_walk import RailsWalk
from analyzer.frameworks.rails.language.ruby_class_names import (
    consider,
    holds_classes,
    reopened,
    superclass_of,
)
from analyzer.frameworks.rails.language.ruby_outline import Outline, mixes_in
from analyzer.parsing.ruby.ruby_tree import RubyFile, line_of, parts
from analyzer.parsing.ruby.ruby_value import Value
from analyzer.parsing.ruby.ruby_walk import LeaveError, MethodWalk, RubyClass, SpentError

_DIRECTIONS = ("change", "up", "down")


def outline(file: RubyFile, handle: Callable[[MethodWalk, Node], Value]) -> Outline:
    """Find what a file defines."""
    walk = RailsWalk(file, ruby_harmless, handle)
    found = Outline(walk)
    if file.root is not None:
        try:
            if file.root.type == "ERROR":
                _salvage(found, file.root, None, "", 0)
            else:
                _gather(found, file.root, None, "")
        except (LeaveError, SpentError, RecursionError):
            walk.variables.clear()  # a class body that ends early: what was found so far counts
    _adopt(found)
    return found


def _adopt(found: Outline) -> None:
    walk = found.walk
    if found.migration is None:
        found.migration = next(filter(_has_direction, walk.classes.values()), None)
    migration = found.migration
    for defined in walk.classes.values():
        if is_model(defined):
            walk.constants.setdefault(defined.name, model_of_class(walk, defined))
        elif defined.is_module:
            walk.methods.update(defined.methods)
            walk.methods.update(defined.singletons)
    if migration is not None:
        walk.methods.update(migration.singletons)
        walk.methods.update(migration.methods)
    for name in _DIRECTIONS:
        if migration is not None:
            walk.methods.pop(name, None)
    walk.rules = Rules(found.rails)
    found.loaded, walk.effects = walk.effects, []
    found.start = {name: walk.variables[name] for name in walk.variables if name.startswith("@")}


def _has_direction(defined: RubyClass) -> bool:
    methods = {**defined.methods, **defined.singletons}
    return not defined.is_module and ("change" in methods or "up" in methods)


def _gather(  # noqa: C901, PLR0912  one line a kind
    found: Outline, node: Node, owner: RubyClass | None, scope: str, depth: int = 0
) -> None:
    for child in parts(node):
        match child.type:
            case "class" | "module":
                _define(found, child, scope, depth)
            case "method":
                _method(found, child, owner, singleton=False)
            case "singleton_method":
                _method(found, child, owner, singleton=True)
            case "singleton_class":
                _singletons(found, child, owner)
            case "alias":
                _alias(found, owner, parts(child))
            case "assignment":
                _assignment(found, child, owner)
            case "ERROR" if depth < _DEEPEST:
                _salvage(found, child, owner, scope, depth + 1)
            case "if" | "unless" if holds_classes(child):
                for branch in ("consequence", "alternative"):
                    inner = child.child_by_field_name(branch)
                    if inner is not None:
                        _gather(found, inner, owner, scope, depth + 1)
            case "call" if reopened(found, child) is not None:
                block = child.child_by_field_name("block")
                body = block.child_by_field_name("body") if block is not None else None
                if body is not None:
                    _gather(found, body, reopened(found, child), scope, depth + 1)
            case "call" | "identifier":
                _statement(found, child, owner)
            case _ if owner is None:
                found.loose.append(child)
            case _:
                pass


_DEEPEST = 20


def _define(found: Outline, node: Node, scope: str, depth: int) -> None:
    name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name_node is None or depth >= _DEEPEST:
        return
    name = found.walk.file.text(name_node).removeprefix("::")
    superclass = superclass_of(found, node)
    defined = RubyClass(name, line_of(node), superclass, is_module=node.type == "module")
    known = found.walk.classes.setdefault(name, defined)
    consider(found, known)
    if scope:
        found.walk.classes.setdefault(f"{scope}::{name}", known)
    if body is not None:
        _gather(found, body, known, f"{scope}::{name}" if scope else name, depth + 1)


def _method(found: Outline, node: Node, owner: RubyClass | None, *, singleton: bool) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = found.walk.file.text(name_node)
    if owner is None:
        found.walk.methods[name] = node
    else:
        (owner.singletons if singleton else owner.methods)[name] = node


def _singletons(found: Outline, node: Node, owner: RubyClass | None) -> None:
    body = node.child_by_field_name("body")
    for child in () if body is None else parts(body):
        if child.type == "method":
            _method(found, child, owner, singleton=True)


def _assignment(found: Outline, node: Node, owner: RubyClass | None) -> None:
    walk = found.walk
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None:
        return
    if left.type in {"constant", "instance_variable", "class_variable"} or owner is None:
        walk.evaluate(node)
    elif walk.file.text(left) == "self.table_name":
        value = walk.evaluate(right)
        owner.table = str(value) if isinstance(value, str) else owner.table


def _statement(  # noqa: C901, PLR0912  one line a kind
    found: Outline, node: Node, owner: RubyClass | None
) -> None:
    walk = found.walk
    if owner is None:
        found.loose.append(node)
        return
    method = node.child_by_field_name("method") or node
    match walk.file.excerpt(method, 60):
        case "disable_ddl_transaction!":
            found.ddl_transaction = False
        case "set_table_name":
            value = walk.inside(node.child_by_field_name("arguments"))
            owner.table = str(value) if isinstance(value, str) else owner.table
        case "define_method" if _defined_by_name(found, node, owner):
            pass
        case "alias_method":
            _alias(found, owner, parts(node.child_by_field_name("arguments") or node))
        case name if mixes_in(name) and owner is found.migration:
            if _module(found, node) not in walk.classes:
                found.foreign.append(node)
        case name if _CALLBACK.match(name) and is_model(owner):
            walk.opaque(node, "a callback runs whenever rows of the model are written")
        case "private" | "public" | "protected" | "module_function" | "private_class_method":
            for child in parts(node.child_by_field_name("arguments") or node):
                if child.type in {"method", "singleton_method"}:
                    _method(found, child, owner, singleton=child.type == "singleton_method")
        case _ if owner is found.migration:
            found.body.append(node)  # a statement of the class itself runs when the file is loaded
        case _:
            pass


_CALLBACK = re.compile(r"(before|after|around)_")


def _module(found: Outline, node: Node) -> str:
    given = parts(node.child_by_field_name("arguments") or node)
    return found.walk.file.text(given[-1]) if given else ""


def _defined_by_name(found: Outline, node: Node, owner: RubyClass) -> bool:
    """``define_method(:change) do``."""
    given = parts(node.child_by_field_name("arguments") or node)
    block = node.child_by_field_name("block")
    if block is None or not given or given[0].type != "simple_symbol":
        return False
    owner.methods[found.walk.file.text(given[0])[1:]] = block
    return True


def _alias(found: Outline, owner: RubyClass | None, names: list[Node]) -> None:
    """``alias up change`` and ``alias_method :up, :change``."""
    words = [found.walk.file.text(name).removeprefix(":") for name in names]
    methods = found.walk.methods if owner is None else owner.methods
    if len(words) > 1 and words[1] in methods:
        methods[words[0]] = methods[words[1]]


def _salvage(found: Outline, node: Node, owner: RubyClass | None, scope: str, depth: int) -> None:
    """Read what can be read of a broken stretch: classes, methods, statements of the way up."""
    going_down = previous = False
    name = ""
    for child in node.children:
        text = found.walk.file.excerpt(child, 40) if child.child_count == 0 else ""
        if previous and child.type == "identifier":
            name, going_down = text, text == "down"
        elif text == "class":
            owner = _broken_class(found, child) or owner
        elif child.is_named and not going_down:
            _gather_one(found, child, owner, scope, depth)
        previous = child.type in {"def", "self", "."} if text else False
        name = text or name


def _broken_class(found: Outline, word: Node) -> RubyClass | None:
    """The class that begins with this word and whose end is missing."""
    start = word.start_byte
    text = found.walk.file.source[start : start + _HEAD].decode("utf-8", "replace")
    head = re.match(r"class\s+([A-Z][\w:]*)\s*<\s*([\w:]+(?:\[[^\]]*\])?)", text)
    if head is None:
        return None
    defined = RubyClass(head[1], line_of(word), head[2])
    consider(found, defined)
    return found.walk.classes.setdefault(defined.name, defined)


_HEAD = 200  # bytes in which a class says its name and what it inherits from


def _gather_one(
    found: Outline, node: Node, owner: RubyClass | None, scope: str, depth: int
) -> None:
    match node.type:
        case "class" | "module":
            _define(found, node, scope, depth)
        case "method" | "singleton_method":
            _method(found, node, owner, singleton=node.type == "singleton_method")
        case "ERROR" | "body_statement":
            _salvage(found, node, owner, scope, depth + 1)
        case "superclass" | "constant" | "comment" | "scope_resolution" | "heredoc_body":
            pass
        case _:
            found.loose.append(node)


def definition(walk: MethodWalk, node: Node) -> Value:
    """A method, class or module that is defined while a method is being read."""
    name_node = node.child_by_field_name("name")
    if node.type == "method" and name_node is not None:
        walk.methods[walk.file.text(name_node)] = node
    return None


HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    "method": definition,
    "singleton_method": definition,
    "class": definition,
    "module": definition,
}
