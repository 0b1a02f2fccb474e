"""SQL inside of Ruby."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language.ruby_call import Call
from analyzer.model.effects.effect import Effect, Opaque
from analyzer.parsing.ruby.ruby_value import GAP, Partial, Unknown, Value
from analyzer.parsing.ruby.ruby_walk import MethodWalk
from analyzer.records import replace

SENDERS = frozenset(
    """
    execute exec_query exec_update exec_insert exec_delete exec_sql execute_sql query select_all
    select_value select_values select_one select_row select_rows update_sql insert_sql delete_sql
    query_value query_values update insert delete select safe_execute
    """.split()  # noqa: SIM905  words read better without quotes
)


def follow_sql(walk: MethodWalk, node: Node, text: Value) -> Value:
    """A method that sends SQL: record what the SQL does."""
    if not isinstance(text, str):
        walk.opaque(node, "its SQL is computed")
        return walk.unknown(node)
    for effect in sql_effects(walk, node, text):
        walk.emit(effect)
    return walk.unknown(node)


def sql_effects(walk: MethodWalk, node: Node, text: str) -> list[Effect]:
    """What a text of SQL does; a statement whose names are computed is opaque."""
    from analyzer.engines.registry import parse_sql

    line = node.start_point[0] + 1
    effects = [_at(effect, line) for effect in parse_sql(text)]
    if not isinstance(text, Partial):
        return effects
    return [_without_gaps(walk, node, effect) for effect in effects]


def _at(effect: Effect, line: int) -> Effect:
    return replace(effect, line=line)


def _without_gaps(walk: MethodWalk, node: Node, effect: Effect) -> Effect:
    if isinstance(effect, Opaque) or GAP in repr(effect):
        why = effect.why if isinstance(effect, Opaque) else "part of the SQL is computed"
        return Opaque(walk.file.excerpt(node), effect.line, why)
    return effect


def _quote(_walk: MethodWalk, _node: Node, call: Call) -> Value:
    value = call.args[0] if call.args else None
    if isinstance(value, str):
        text = f"'{value}'"
        return Partial(text) if isinstance(value, Partial) else text
    return Unknown("a quoted value")


def _quote_name(_walk: MethodWalk, _node: Node, call: Call) -> Value:
    value = call.args[0] if call.args else None
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, Partial) else value


def _text(_walk: MethodWalk, _node: Node, call: Call) -> Value:
    return call.args[0] if call.args else None


CALLS: Mapping[str, Callable[[MethodWalk, Node, Call], Value]] = {
    "quote": _quote,
    "quote_string": _text,
    "quote_table_name": _quote_name,
    "quote_column_name": _quote_name,
}
