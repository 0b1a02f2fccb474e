"""What runs on the way up only, what is reverted, and other migrations that run."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language.ruby_call import Call
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Guarded, Opaque
from analyzer.model.effects.inverse import inverse
from analyzer.parsing.ruby.ruby_blocks import block_of, run
from analyzer.parsing.ruby.ruby_value import Constant, Direction, Model, Value
from analyzer.parsing.ruby.ruby_walk import MethodWalk
from analyzer.records import replace


def _reversible(walk: MethodWalk, node: Node, _call: Call) -> Value:
    return run(walk, block_of(walk, node), [Direction(up=not walk.reverting)])


def _up_only(walk: MethodWalk, node: Node, _call: Call) -> Value:
    return None if walk.reverting else run(walk, block_of(walk, node), [])


def _revert(walk: MethodWalk, node: Node, call: Call) -> Value:
    for value in call.args:
        run_migration(walk, node, value, up=False)
    block = block_of(walk, node)
    if block is None:
        return None
    walk.reverting = not walk.reverting
    try:
        with walk.collecting() as found:
            run(walk, block, [])
    finally:
        walk.reverting = not walk.reverting
    for effect in reversed(found):
        walk.emit(_turned(effect))
    return None


def _turned(effect: Effect) -> Effect:
    inner = effect.effect if isinstance(effect, Guarded) else effect
    turned = inverse(inner)
    if turned is None:
        text = type(inner).__name__
        turned = Opaque(text, inner.line, "how to revert it is not written down")
    return replace(effect, effect=turned) if isinstance(effect, Guarded) else turned


def _run(walk: MethodWalk, node: Node, call: Call) -> Value:
    for value in call.args:
        run_migration(walk, node, value, up=call.options.get("revert") is not True)
    return None


def run_migration(walk: MethodWalk, node: Node, value: Value, *, up: bool) -> None:
    """Record that another migration's class runs."""
    match value:
        case Constant(path) | Model(path):
            walk.emit(e.RunMigration(path, up, node.start_point[0] + 1))
        case _:
            walk.opaque(node, "it runs another migration")


CALLS: Mapping[str, Callable[[MethodWalk, Node, Call], Value]] = {
    "reversible": _reversible,
    "up_only": _up_only,
    "revert": _revert,
    "run": _run,
}
