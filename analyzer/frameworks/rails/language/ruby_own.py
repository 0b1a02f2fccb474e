"""Calls that the migration itself answers: commands, wrappers, SQL, the file's own methods."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language import ruby_directions, ruby_questions
from analyzer.frameworks.rails.language.ruby_call import Call
from analyzer.frameworks.rails.language.ruby_commands import COMMANDS, commanded, forked, made
from analyzer.frameworks.rails.language.ruby_harmless import is_silent_call
from analyzer.frameworks.rails.language.tables import ruby_sql, ruby_tables
from analyzer.frameworks.rails.language.tables.ruby_sql import SENDERS, follow_sql
from analyzer.parsing.ruby.ruby_blocks import block_of, invoke, once, run
from analyzer.parsing.ruby.ruby_value import Myself, Partial, Procedure, Unknown, Value
from analyzer.parsing.ruby.ruby_walk import LeaveError, MethodWalk

_WRAPPERS = frozenset(
    """
    safety_assured transaction say_with_time suppress_messages with_lock_retries up_only
    disable_statement_timeout without_statement_timeout with_timeout silence_stream uncached
    disable_referential_integrity ddl_transaction with_multi_db unscoped with_connection
    say_with_indent benchmark no_touching tap then loop instance_eval instance_exec catch
    disable_lock_timeout with_statement_timeout without_timeout suppress
    """.split()  # noqa: SIM905  words read better without quotes
)


_EVALUATE = frozenset({"instance_eval", "instance_exec"})  # they take Ruby as text, too
_UNFOLLOWED = "the file does not define it"


def own_call(  # noqa: PLR0911  one line a kind
    walk: MethodWalk, node: Node, name: str, args: tuple[Value, ...], options: dict[str, Value]
) -> Value:
    """A call without a receiver, or to a connection."""
    method = walk.methods.get(name)
    if method is not None:
        return invoke(walk, method, args, options, block_of(walk, node))
    if name in {"raise", "fail", "abort", "exit"}:
        raise LeaveError("raise")
    if name in _SPECIAL:
        call = made(walk, node, name, args, options)
        return forked(walk, call, lambda one: _SPECIAL[name](walk, node, one))
    if name in COMMANDS:
        call = made(walk, node, name, args, options)
        return forked(walk, call, lambda one: commanded(walk, node, one))
    if name in SENDERS and args:
        return follow_sql(walk, node, args[0])
    if ruby_questions.is_question(name):
        return ruby_questions.ask(
            made(walk, node, name, args, options), walk.file.excerpt(node, 120)
        )
    if name in _WRAPPERS and not (name in _EVALUATE and args):
        return once(walk, block_of(walk, node), [Myself()])
    ability = ruby_questions.ability(name)
    return ability if ability is not None else _not_in_the_file(walk, node, name)


def _method(walk: MethodWalk, node: Node, call: Call) -> Value:
    """``method(:name)``, of a method of the file."""
    method = walk.methods.get(str(call.args[0])) if call.args else None
    if method is None:
        return walk.unknown(node)
    fields = (method.child_by_field_name(name) for name in ("parameters", "body"))
    return Procedure(*fields)


def _connection(_walk: MethodWalk, _node: Node, _call: Call) -> Value:
    return Myself()


def _adapter(_walk: MethodWalk, _node: Node, _call: Call) -> Value:
    return ruby_questions.adapter()


def _send(walk: MethodWalk, node: Node, call: Call) -> Value:
    if call.args and isinstance(call.args[0], str) and not isinstance(call.args[0], Partial):
        return own_call(walk, node, str(call.args[0]), call.args[1:], call.options)
    return _unfollowed(walk, node, "send")


def _procedure(walk: MethodWalk, node: Node, _call: Call) -> Value:
    return block_of(walk, node) or walk.unknown(node)


def _array(walk: MethodWalk, node: Node, call: Call) -> Value:
    value = call.args[0] if call.args else walk.unknown(node)
    return value if isinstance(value, list | Unknown) else [value]


def _define(walk: MethodWalk, node: Node, call: Call) -> Value:
    version = call.options.get("version")
    walk.schema_version = version if isinstance(version, int) else None
    return run(walk, block_of(walk, node), [])


def _text(_walk: MethodWalk, _node: Node, call: Call) -> Value:
    return call.args[0] if call.args else None


_SPECIAL: Mapping[str, Callable[[MethodWalk, Node, Call], Value]] = {
    **ruby_tables.CALLS,
    **ruby_directions.CALLS,
    **ruby_sql.CALLS,
    "connection": _connection,
    "adapter_name": _adapter,
    "send": _send,
    "public_send": _send,
    "__send__": _send,
    "method": _method,
    "lambda": _procedure,
    "proc": _procedure,
    "Array": _array,
    "String": _text,
    "define": _define,
}


def _not_in_the_file(walk: MethodWalk, node: Node, name: str) -> Value:
    if is_silent_call(name):
        once(walk, block_of(walk, node), [])
        return walk.unknown(node, plain=True)
    return _unfollowed(walk, node, name)


def _unfollowed(walk: MethodWalk, node: Node, name: str) -> Value:
    walk.opaque(node, f"{name}: {_UNFOLLOWED}")
    once(walk, block_of(walk, node), [])
    return walk.unknown(node)
