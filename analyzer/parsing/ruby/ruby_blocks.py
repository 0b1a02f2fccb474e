"""Running blocks, lambdas and the file's own methods."""

from collections.abc import Callable

from tree_sitter import Node

from analyzer.parsing.ruby.ruby_assignment import assign
from analyzer.parsing.ruby.ruby_tree import line_of, parts
from analyzer.parsing.ruby.ruby_value import Procedure, Symbol, Unknown, Value
from analyzer.parsing.ruby.ruby_walk import EXITS, MOST_TURNS, LeaveError, MethodWalk
from analyzer.records import replace

_DEEPEST_CALLS = 12
_PAIR = 2
_IMPLICIT = ("it", "_1")


def block_of(walk: MethodWalk, call: Node) -> Procedure | None:
    """The block that a call carries, in braces, ``do`` or as ``&block``."""
    block = call.child_by_field_name("block")
    if block is not None:
        return Procedure(block.child_by_field_name("parameters"), block.child_by_field_name("body"))
    arguments = call.child_by_field_name("arguments")
    for child in () if arguments is None else parts(arguments):
        if child.type == "block_argument":
            return _handed_on(walk, call, child)
    return None


def _handed_on(walk: MethodWalk, call: Node, argument: Node) -> Procedure | None:
    inner = parts(argument)
    if not inner:
        return walk.block  # ``&`` alone
    if inner[0].type == "simple_symbol":
        return None  # see sent_method
    value = walk.inside(argument)
    if value is not None and not isinstance(value, Procedure):
        walk.opaque(call, "what its block does is computed")
    return value if isinstance(value, Procedure) else None


def sent_method(walk: MethodWalk, call: Node) -> str | None:
    """The ``name`` of ``&:name``."""
    arguments = call.child_by_field_name("arguments")
    for child in () if arguments is None else parts(arguments):
        if child.type == "block_argument":
            inner = parts(child)
            if inner and inner[0].type == "simple_symbol":
                return walk.file.text(inner[0])[1:]
    return None


def run(walk: MethodWalk, block: Procedure | None, args: list[Value]) -> Value:
    """Run a block once. ``next`` ends it; ``break`` and ``return`` go through."""
    if block is None:
        return None
    with walk.frame(frozenset({"next", "break"})):
        _bind(walk, block.parameters, args)
        try:
            return walk.evaluate(block.body)
        except LeaveError as leave:
            if leave.kind != "next":
                raise
            return leave.value


def turns(walk: MethodWalk, block: Procedure, items: list[Value]) -> list[Value]:
    """Run a block for each item, up to a bound; the block's values."""
    found: list[Value] = []
    if len(items) > MOST_TURNS and block.body is not None:
        walk.opaque(block.body, f"only the first {MOST_TURNS} iterations of the loop were followed")
    for item in items[:MOST_TURNS]:
        try:
            found.append(run(walk, block, [item]))
        except LeaveError as leave:
            if leave.kind != "break":
                raise
            break
    return found


def once(walk: MethodWalk, block: Procedure | None, args: list[Value]) -> Value:
    """Run the block of something that may be a loop."""
    try:
        return run(walk, block, args)
    except LeaveError as leave:
        if leave.kind != "break":
            raise
        return leave.value


def applied(
    walk: MethodWalk, block: Procedure, args: tuple[Value, ...], options: dict[str, Value]
) -> Value:
    """Call a lambda or proc with arguments by place and by name."""
    if not options:
        return once(walk, block, list(args))
    with walk.frame():
        _bind_by_name(walk, block.parameters, args, options)
        return once(walk, replace(block, parameters=None), [])


def _bind(walk: MethodWalk, parameters: Node | None, args: list[Value]) -> None:
    if parameters is None:
        if args:
            walk.variables.update(dict.fromkeys(_IMPLICIT, args[0]))
        return
    names = [child for child in parts(parameters) if child.type != "block_parameter"]
    keywords = [child for child in names if child.type == "keyword_parameter"]
    if keywords and len(args) == 1 and isinstance(args[0], dict):
        _bind_keywords(walk, keywords, args[0])
        return
    if len(names) > 1 and len(args) == 1:
        args = args[0] if isinstance(args[0], list) else [args[0]]
    for place, name in enumerate(names):
        value = args[place] if place < len(args) else Unknown("")
        if isinstance(value, Unknown):  # a reader knows it by the block's name for it
            value = replace(value, text=walk.file.excerpt(name, 40))
        _bind_one(walk, name, value)


def _bind_keywords(walk: MethodWalk, parameters: list[Node], given: dict[str, Value]) -> None:
    """``each { |table:, column:| ... }`` over hashes."""
    for parameter in parameters:
        name = parameter.child_by_field_name("name")
        key = walk.file.text(name) if name is not None else ""
        default = parameter.child_by_field_name("value")
        walk.variables[key] = given[key] if key in given else walk.evaluate(default)


def _bind_one(walk: MethodWalk, parameter: Node, value: Value) -> None:
    name = parameter.child_by_field_name("name")
    if parameter.type == "identifier":
        walk.variables[walk.file.text(parameter)] = value
    elif parameter.type == "destructured_parameter":
        assign(walk, parameter, value)
    elif name is not None:
        walk.variables[walk.file.text(name)] = value


def invoke(
    walk: MethodWalk,
    method: Node,
    args: tuple[Value, ...],
    options: dict[str, Value],
    block: Procedure | None = None,
) -> Value:
    """Run a method that the file defines, with its own variables."""
    key = f"{walk.file.excerpt(method, 60)}:{line_of(method)}"
    if walk.running.count(key) > 1 or len(walk.running) >= _DEEPEST_CALLS:
        walk.opaque(method, "it calls itself")
        return Unknown("a recursive call")
    outer, outer_block = walk.variables, walk.block
    walk.variables, walk.block = {}, block
    walk.running.append(key)
    try:
        return _invoke(walk, method, args, options, outer)
    finally:
        walk.variables, walk.block = outer, outer_block
        walk.running.pop()


def _invoke(
    walk: MethodWalk,
    method: Node,
    args: tuple[Value, ...],
    options: dict[str, Value],
    outer: dict[str, Value],
) -> Value:
    walk.variables.update({name: outer[name] for name in outer if name.startswith("@")})
    with walk.frame(EXITS - {"raise"}):
        _bind_by_name(walk, method.child_by_field_name("parameters"), args, options)
        try:
            return walk.evaluate(method.child_by_field_name("body"))
        except LeaveError as leave:
            if leave.kind != "return":
                raise
            return leave.value
        finally:
            kept = {name: walk.variables[name] for name in walk.variables if name.startswith("@")}
            outer.update(kept)


def _bind_by_name(
    walk: MethodWalk, parameters: Node | None, args: tuple[Value, ...], options: dict[str, Value]
) -> None:
    nodes = [] if parameters is None else parts(parameters)
    by_name = any(node.type in {"keyword_parameter", "hash_splat_parameter"} for node in nodes)
    waiting = [*args, options] if options and not by_name else list(args)
    after = sum(node.type == "identifier" for node in nodes)
    for node in nodes:
        name_node = node.child_by_field_name("name")
        name = walk.file.text(name_node if name_node is not None else node)
        if node.type == "identifier":
            after -= 1
        walk.variables[name] = _parameter(walk, node, name, waiting, options, after)


def _parameter(  # noqa: PLR0911  one line a kind
    walk: MethodWalk,
    node: Node,
    name: str,
    waiting: list[Value],
    options: dict[str, Value],
    after: int,
) -> Value:
    match node.type:
        case "optional_parameter":
            given = len(waiting) > after
            return waiting.pop(0) if given else walk.evaluate(node.child_by_field_name("value"))
        case "splat_parameter":
            taken = waiting[: len(waiting) - after]
            del waiting[: len(taken)]
            return taken
        case "keyword_parameter":
            if name in options:
                return options[name]
            default = node.child_by_field_name("value")
            return walk.evaluate(default) if default is not None else Unknown(name)
        case "hash_splat_parameter":
            return dict(options)
        case "block_parameter":
            return walk.block
        case _:
            return waiting.pop(0) if waiting else Unknown(name)


def mapped(  # noqa: PLR0911  one line a kind
    walk: MethodWalk, name: str, items: list[Value], block: Procedure, unknown: Callable[[], Value]
) -> Value:
    """Run the block of a method of a literal list: ``each``, ``map``, ``select`` and the like."""
    values = turns(walk, block, items)
    match name:
        case "each" | "each_with_index" | "reverse_each" | "each_pair" | "each_entry":
            return items
        case "map" | "collect":
            return values
        case "flat_map":
            return [
                item for value in values for item in (value if isinstance(value, list) else [value])
            ]
        case "filter_map":
            return [value for value in values if value not in (None, False)]
        case "to_h" | "index_with" | "to_set":
            return _pairs(name, items, values, unknown)
        case "select" | "filter" | "reject" if all(isinstance(value, bool) for value in values):
            return [
                item
                for item, value in zip(items, values, strict=False)
                if value is (name != "reject")
            ]
        case "any?" | "all?" if all(isinstance(value, bool) for value in values):
            return any(values) if name == "any?" else all(values)
        case _:
            return unknown()


def _pairs(
    name: str, items: list[Value], values: list[Value], unknown: Callable[[], Value]
) -> Value:
    if name == "index_with":
        return {str(item): value for item, value in zip(items, values, strict=False)}
    pairs = [value for value in values if isinstance(value, list) and len(value) == _PAIR]
    return (
        {str(Symbol(key)): value for key, value in pairs} if len(pairs) == len(items) else unknown()
    )
