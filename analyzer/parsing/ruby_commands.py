"""Calls that the migration itself answers: commands, wrappers, SQL, the file's own methods."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from tree_sitter import Node

from analyzer.model import effect as e
from analyzer.model.effect import Effect, Guarded, Opaque
from analyzer.model.inverse import inverse
from analyzer.parsing import ruby_columns, ruby_keys, ruby_objects, ruby_questions, ruby_table
from analyzer.parsing.ruby_blocks import block_of, invoke, once, run
from analyzer.parsing.ruby_call import Call, Command, UnreadableError
from analyzer.parsing.ruby_value import (
    GAP,
    BlockTable,
    Choice,
    Constant,
    Direction,
    Model,
    Myself,
    Partial,
    Procedure,
    Unknown,
    Value,
)
from analyzer.parsing.ruby_walk import Guard, LeaveError, Walk

COMMANDS: Mapping[str, Command] = {
    **ruby_columns.COMMANDS,
    **ruby_keys.COMMANDS,
    **ruby_objects.COMMANDS,
}
_SQL = frozenset(
    """
    execute exec_query exec_update exec_insert exec_delete exec_sql execute_sql query select_all
    select_value select_values select_one select_row select_rows update_sql insert_sql delete_sql
    query_value query_values update insert delete select safe_execute
    """.split()
)
_WRAPPERS = frozenset(
    """
    safety_assured transaction say_with_time suppress_messages with_lock_retries up_only
    disable_statement_timeout without_statement_timeout with_timeout silence_stream uncached
    disable_referential_integrity ddl_transaction with_multi_db unscoped with_connection
    say_with_indent benchmark no_touching tap then loop instance_eval instance_exec catch
    disable_lock_timeout with_statement_timeout without_timeout suppress
    """.split()
)
_SILENT = frozenset(
    """
    say announce puts p pp print warn write require require_relative require_dependency load sleep
    raise_on_migration_error private public protected include extend attr_reader attr_accessor
    disable_ddl_transaction! disable_statement_timeout! disable_lock_timeout! set_lock_timeout
    set_statement_timeout reset_column_information clear_cache! block_given? binding
    schema_cache sprintf format caller gets binding exit with_options reload_type_map
    assume_migrated_upto_version reset_sequence! reset_pk_sequence! set_trace_func
    commit_db_transaction begin_db_transaction stop_if_migration_pending! flush
    """.split()
)
_UNFOLLOWED = "the file does not define it"


def is_command(name: str) -> bool:
    """Whether a method is one of the migration language's own."""
    return name in COMMANDS or name in _CREATORS or name in {"execute", "safety_assured"}


_CREATORS = frozenset({"create_table", "change_table", "create_join_table", "drop_join_table"})


def own_call(
    walk: Walk, node: Node, name: str, args: tuple[Value, ...], options: dict[str, Value]
) -> Value:
    """A call without a receiver, or to a connection."""
    method = walk.methods.get(name)
    if method is not None:
        return invoke(walk, method, args, options, block_of(walk, node))
    if name in {"raise", "fail", "abort", "exit"}:
        raise LeaveError("raise")
    if name in _SPECIAL:
        call = _call(walk, node, name, args, options)
        return forked(walk, call, lambda one: _SPECIAL[name](walk, node, one))
    if name in COMMANDS:
        call = _call(walk, node, name, args, options)
        return forked(walk, call, lambda one: commanded(walk, node, one))
    if name in _SQL and args:
        return _sql(walk, node, args[0])
    if ruby_questions.is_question(name):
        return ruby_questions.ask(
            _call(walk, node, name, args, options), walk.file.excerpt(node, 120)
        )
    if name in _SILENT:
        return None
    if name in _WRAPPERS:
        return once(walk, block_of(walk, node), [Myself()])
    ability = ruby_questions.ability(name)
    return ability if ability is not None else _unfollowed(walk, node, name)


def _call(
    walk: Walk, node: Node, name: str, args: tuple[Value, ...], options: dict[str, Value]
) -> Call:
    options = {key: _settled(walk, value) for key, value in options.items()}
    last = args[-1] if args else None
    if isinstance(last, dict) and not options:
        args, options = args[:-1], {str(key): _settled(walk, last[key]) for key in last}
    return Call(name, args, options, node.start_point[0] + 1, walk.rules)


def _settled(walk: Walk, value: Value) -> Value:
    if isinstance(value, Procedure):
        return ruby_columns.sql_default(run(walk, value, []))
    return value


def forked(walk: Walk, call: Call, follow: Callable[[Call], Value]) -> Value:
    """Follow a call once for each value that one of its arguments may have."""
    for place, value in enumerate(call.args):
        if isinstance(value, Choice):
            return _fork(walk, value, partial(_with_place, call, place), follow)
    for key, value in call.options.items():
        if isinstance(value, Choice):
            return _fork(walk, value, partial(_with_option, call, key), follow)
    return follow(call)


def _with_place(call: Call, place: int, value: Value) -> Call:
    return replace(call, args=(*call.args[:place], value, *call.args[place + 1 :]))


def _with_option(call: Call, key: str, value: Value) -> Call:
    return replace(call, options={**call.options, key: value})


_MOST_FORKS = 3


def _fork(
    walk: Walk, choice: Choice, chosen: Callable[[Value], Call], follow: Callable[[Call], Value]
) -> Value:
    for guard in walk.guards:
        if guard.asked is not None and guard.asked.number == choice.asked.number:
            value = choice.one if guard.asked.answer else choice.other
            return forked(walk, chosen(value), follow)
    if walk.forks >= _MOST_FORKS:
        return forked(walk, chosen(Unknown("one of many choices")), follow)
    walk.forks += 1
    try:
        with walk.guarded(Guard(choice.asked)):
            value = forked(walk, chosen(choice.one), follow)
        with walk.guarded(Guard(replace(choice.asked, answer=False), likely=False)):
            forked(walk, chosen(choice.other), follow)
    finally:
        walk.forks -= 1
    return value


def commanded(walk: Walk, node: Node, call: Call) -> None:
    """Record what a command does; what cannot be read of it is opaque."""
    try:
        effects = list(COMMANDS[call.name](call))
    except UnreadableError as error:
        walk.opaque(node, str(error))
        effects = []
    for effect in effects:
        walk.emit(effect)
    once(walk, block_of(walk, node), [])


# Tables


def _create_table(walk: Walk, node: Node, call: Call) -> Value:
    _created(walk, node, call, lambda _table: ())
    return None


def _create_join_table(walk: Walk, node: Node, call: Call) -> Value:
    try:
        joined = ruby_table.join_call(call)
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return None
    _created(walk, node, joined, lambda table: ruby_table.join_columns(call, table))
    return None


def _created(walk: Walk, node: Node, call: Call, first: Callable[[str], Iterable[Effect]]) -> None:
    try:
        table = call.table()
        with walk.collecting() as inside:
            for effect in first(table):
                walk.emit(effect)
            run(walk, block_of(walk, node), [BlockTable(table, creating=True)])
        effects = list(ruby_table.created(call, inside))
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return
    for effect in effects:
        walk.emit(effect)


def _drop_table(walk: Walk, node: Node, call: Call) -> Value:
    block = block_of(walk, node)
    if block is None:
        commanded(walk, node, call)
        return None
    with walk.collecting() as found:
        _created(walk, node, call, lambda _table: ())
    for effect in found:
        if isinstance(effect, e.CreateTable):
            name, line = effect.table.name, call.line
            walk.emit(e.DropTable(name, line, call.flag("if_exists"), table=effect.table))
        else:
            walk.emit(effect)
    return None


def _drop_join_table(walk: Walk, node: Node, call: Call) -> Value:
    try:
        walk.emit(e.DropTable(ruby_table.join_call(call).table(), call.line))
    except UnreadableError as error:
        walk.opaque(node, str(error))
    return None


def _change_table(walk: Walk, node: Node, call: Call) -> Value:
    try:
        table = BlockTable(call.table(), creating=False)
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return None
    return run(walk, block_of(walk, node), [table])


def table_call(
    walk: Walk, node: Node, table: BlockTable, name: str, args: tuple[Value, ...],
    options: dict[str, Value],
) -> Value:  # fmt: skip
    """A call to the ``t`` of a block."""
    call = _call(walk, node, name, args, options)
    if name == "name":
        return table.table
    if name in ruby_questions.TABLE_QUESTIONS:
        asked = replace(call, args=(table.table, *call.args))
        return ruby_questions.ask(asked, walk.file.excerpt(node, 120))
    if name in ruby_table.COMMAND_OF:
        command = ruby_table.COMMAND_OF[name]
        whole = replace(call, name=command, args=(table.table, *call.args))
        return forked(walk, whole, lambda one: commanded(walk, node, one))
    if name == "respond_to?" and args and isinstance(args[0], str):
        return ruby_table.is_column_method(args[0]) or args[0] in ruby_table.COMMAND_OF
    if not ruby_table.is_column_method(name):
        walk.opaque(node, f"t.{name} is not a type or method of Rails")
        return None
    return forked(walk, call, lambda one: _declared(walk, node, table, one))


def _declared(walk: Walk, node: Node, table: BlockTable, call: Call) -> Value:
    try:
        effects = list(ruby_table.columns(call, table))
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return None
    for effect in effects:
        walk.emit(effect)
    return None


# Directions


def _reversible(walk: Walk, node: Node, _call: Call) -> Value:
    return run(walk, block_of(walk, node), [Direction(up=not walk.reverting)])


def _up_only(walk: Walk, node: Node, _call: Call) -> Value:
    return None if walk.reverting else run(walk, block_of(walk, node), [])


def _revert(walk: Walk, node: Node, call: Call) -> Value:
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
        turned = Opaque(text, inner.line, "what reverts it is not written down")
    return replace(effect, effect=turned) if isinstance(effect, Guarded) else turned


def _run(walk: Walk, node: Node, call: Call) -> Value:
    for value in call.args:
        run_migration(walk, node, value, up=call.options.get("revert") is not True)
    return None


def run_migration(walk: Walk, node: Node, value: Value, *, up: bool) -> None:
    """Record that another migration's class runs."""
    match value:
        case Constant(path) | Model(path):
            walk.emit(e.RunMigration(path, up, node.start_point[0] + 1))
        case _:
            walk.opaque(node, "it runs another migration")


# SQL


def _sql(walk: Walk, node: Node, text: Value) -> Value:
    if not isinstance(text, str):
        walk.opaque(node, "its SQL is computed")
        return walk.unknown(node)
    for effect in sql_effects(walk, node, text):
        walk.emit(effect)
    return walk.unknown(node)


def sql_effects(walk: Walk, node: Node, text: str) -> list[Effect]:
    """What a text of SQL does; a statement whose names are computed is opaque."""
    from analyzer.parsing.sql import parse_sql  # it takes a while to load

    line = node.start_point[0] + 1
    effects = [_at(effect, line) for effect in parse_sql(text)]
    if not isinstance(text, Partial):
        return effects
    return [_without_gaps(walk, node, effect) for effect in effects]


def _at(effect: Effect, line: int) -> Effect:
    return replace(effect, line=line)


def _without_gaps(walk: Walk, node: Node, effect: Effect) -> Effect:
    if isinstance(effect, Opaque) or GAP in repr(effect):
        why = effect.why if isinstance(effect, Opaque) else "part of the SQL is computed"
        return Opaque(walk.file.excerpt(node), effect.line, why)
    return effect


def _quote(_walk: Walk, _node: Node, call: Call) -> Value:
    value = call.args[0] if call.args else None
    if isinstance(value, str):
        text = f"'{value}'"
        return Partial(text) if isinstance(value, Partial) else text
    return Unknown("a quoted value")


def _quote_name(_walk: Walk, _node: Node, call: Call) -> Value:
    value = call.args[0] if call.args else None
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, Partial) else value


# Everything else


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
    "create_table": _create_table,
    "create_join_table": _create_join_table,
    "drop_table": _drop_table,
    "drop_join_table": _drop_join_table,
    "change_table": _change_table,
    "reversible": _reversible,
    "up_only": _up_only,
    "revert": _revert,
    "run": _run,
    "quote": _quote,
    "quote_string": _text,
    "quote_table_name": _quote_name,
    "quote_column_name": _quote_name,
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
