"""Calls with a block that declares or changes a table."""

from collections.abc import Callable, Iterable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language import ruby_questions
from analyzer.frameworks.rails.language.ruby_call import Call, UnreadableError
from analyzer.frameworks.rails.language.ruby_commands import commanded, forked, made, recorded
from analyzer.frameworks.rails.language.tables import ruby_table
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.parsing.ruby.ruby_blocks import block_of, run
from analyzer.parsing.ruby.ruby_value import BlockTable, Value
from analyzer.parsing.ruby.ruby_walk import MethodWalk
from analyzer.records import replace


def _create_table(walk: MethodWalk, node: Node, call: Call) -> Value:
    _created(walk, node, call, lambda _table: ())
    return None


def _create_join_table(walk: MethodWalk, node: Node, call: Call) -> Value:
    try:
        joined = ruby_table.join_call(call)
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return None
    _created(walk, node, joined, lambda table: ruby_table.join_columns(call, table))
    return None


def _created(
    walk: MethodWalk, node: Node, call: Call, first: Callable[[str], Iterable[Effect]]
) -> None:
    try:
        table = call.table()
        with walk.collecting() as inside:
            for effect in first(table):
                walk.emit(effect)
            run(walk, block_of(walk, node), [BlockTable(table, creating=True)])
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return
    recorded(walk, node, call, lambda one: ruby_table.created(one, inside))


def _drop_table(walk: MethodWalk, node: Node, call: Call) -> Value:
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


def _drop_join_table(walk: MethodWalk, node: Node, call: Call) -> Value:
    try:
        walk.emit(e.DropTable(ruby_table.join_call(call).table(), call.line))
    except UnreadableError as error:
        walk.opaque(node, str(error))
    return None


def _change_table(walk: MethodWalk, node: Node, call: Call) -> Value:
    try:
        table = BlockTable(call.table(), creating=False)
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return None
    return run(walk, block_of(walk, node), [table])


def table_call(
    walk: MethodWalk,
    node: Node,
    table: BlockTable,
    name: str,
    args: tuple[Value, ...],
    options: dict[str, Value],
) -> Value:
    """A call to the ``t`` of a block."""
    call = made(walk, node, name, args, options)
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


def _declared(walk: MethodWalk, node: Node, table: BlockTable, call: Call) -> Value:
    recorded(walk, node, call, lambda one: ruby_table.columns(one, table))
    return None


CALLS: Mapping[str, Callable[[MethodWalk, Node, Call], Value]] = {
    "create_table": _create_table,
    "create_join_table": _create_join_table,
    "drop_table": _drop_table,
    "drop_join_table": _drop_join_table,
    "change_table": _change_table,
}
