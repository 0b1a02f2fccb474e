"""Calls that the migration itself answers: commands, wrappers, SQL, the file's own methods."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.parsing import (
    ruby_directions,
    ruby_questions,
    ruby_sql,
    ruby_tables,
)
from analyzer.parsing.ruby_blocks import block_of, invoke, once, run
from analyzer.parsing.ruby_call import Call
from analyzer.parsing.ruby_commands import COMMANDS, commanded, forked, made
from analyzer.parsing.ruby_sql import SENDERS, follow_sql
from analyzer.parsing.ruby_value import (
    Myself,
    Partial,
    Unknown,
    Value,
)
from analyzer.parsing.ruby_walk import LeaveError, Walk

_WRAPPERS = frozenset(
    """
    safety_assured transaction say_with_time suppress_messages with_lock_retries up_only
    disable_statement_timeout without_statement_timeout with_timeout silence_stream uncached
    disable_referential_integrity ddl_transaction with_multi_db unscoped with_connection
    say_with_indent benchmark no_touching tap then loop instance_eval instance_exec catch
    disable_lock_timeout with_statement_timeout without_timeout suppress
    """.split()  # noqa: SIM905  words read better without quotes
)


_SILENT = frozenset(
    """
    logger
    say announce puts p pp print warn write require require_relative require_dependency load sleep
    raise_on_migration_error private public protected include extend attr_reader attr_accessor
    disable_ddl_transaction! disable_statement_timeout! disable_lock_timeout! set_lock_timeout
    set_statement_timeout reset_column_information clear_cache! block_given? binding
    schema_cache sprintf format caller gets binding exit with_options reload_type_map
    assume_migrated_upto_version reset_sequence! reset_pk_sequence! set_trace_func
    commit_db_transaction begin_db_transaction stop_if_migration_pending! flush
    """.split()  # noqa: SIM905  words read better without quotes
)


_UNFOLLOWED = "the file does not define it"


def is_command(name: str) -> bool:
    """Whether a method is one of the migration language's own."""
    return name in COMMANDS or name in _CREATORS or name in {"execute", "safety_assured"}


_CREATORS = frozenset({"create_table", "change_table", "create_join_table", "drop_join_table"})


def own_call(  # noqa: PLR0911  one line a kind
    walk: Walk, node: Node, name: str, args: tuple[Value, ...], options: dict[str, Value]
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
    if name in _SILENT:
        return None
    if name in _WRAPPERS:
        return once(walk, block_of(walk, node), [Myself()])
    ability = ruby_questions.ability(name)
    return ability if ability is not None else _unfollowed(walk, node, name)


def _connection(_walk: Walk, _node: Node, _call: Call) -> Value:
    return Myself()


def _adapter(walk: Walk, _node: Node, _call: Call) -> Value:
    return walk.adapter


def _send(walk: Walk, node: Node, call: Call) -> Value:
    if call.args and isinstance(call.args[0], str) and not isinstance(call.args[0], Partial):
        return own_call(walk, node, str(call.args[0]), call.args[1:], call.options)
    return _unfollowed(walk, node, "send")


def _procedure(walk: Walk, node: Node, _call: Call) -> Value:
    return block_of(walk, node) or walk.unknown(node)


def _array(walk: Walk, node: Node, call: Call) -> Value:
    value = call.args[0] if call.args else walk.unknown(node)
    return value if isinstance(value, list | Unknown) else [value]


def _define(walk: Walk, node: Node, call: Call) -> Value:
    version = call.options.get("version")
    walk.schema_version = version if isinstance(version, int) else None
    return run(walk, block_of(walk, node), [])


def _text(_walk: Walk, _node: Node, call: Call) -> Value:
    return call.args[0] if call.args else None


_SPECIAL: Mapping[str, Callable[[Walk, Node, Call], Value]] = {
    **ruby_tables.CALLS,
    **ruby_directions.CALLS,
    **ruby_sql.CALLS,
    "connection": _connection,
    "adapter_name": _adapter,
    "send": _send,
    "public_send": _send,
    "__send__": _send,
    "lambda": _procedure,
    "proc": _procedure,
    "Array": _array,
    "String": _text,
    "define": _define,
}


def _unfollowed(walk: Walk, node: Node, name: str) -> Value:
    block = block_of(walk, node)
    if block is not None or walk.stands_alone(node):
        walk.opaque(node, f"{name}: {_UNFOLLOWED}")
    if block is not None:
        once(walk, block, [])
    return walk.unknown(node)
