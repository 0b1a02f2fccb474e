"""The commands of the migration language, and how a call to one is followed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tree_sitter import Node

from analyzer.frameworks.rails.language.rails_walk import rules_of
from analyzer.frameworks.rails.language.ruby_call import Call, Command, UnreadableError
from analyzer.frameworks.rails.language.tables import ruby_columns, ruby_keys, ruby_objects
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import bare
from analyzer.model.schema.schema import SqlText
from analyzer.parsing.ruby.ruby_blocks import block_of, once, run
from analyzer.parsing.ruby.ruby_value import GAP, Choice, Procedure, Symbol, Unknown, Value
from analyzer.parsing.ruby.ruby_walk import Guard, MethodWalk
from analyzer.records import replace

COMMANDS: Mapping[str, Command] = {
    **ruby_columns.COMMANDS,
    **ruby_keys.COMMANDS,
    **ruby_objects.COMMANDS,
}


def recorded(walk: MethodWalk, node: Node, call: Call, command: Command) -> None:
    """Record a call's effects; what cannot be read of it is opaque."""
    try:
        effects = list(command(call))
    except UnreadableError as error:
        walk.opaque(node, str(error))
        return
    _tell_computed(walk, node, call, _table_within(effects))
    for effect in effects:
        walk.emit(effect)


def _table_within(effects: Sequence[e.Effect]) -> str | None:
    """The one table of which a call changes parts, if it does no more."""
    tables = {_within(bare(it)) for it in effects}
    return tables.pop() if len(tables) == 1 else None


def _within(effect: e.PlainEffect) -> str | None:
    if isinstance(effect, e.Opaque):
        return effect.within
    parts = isinstance(effect, e.ColumnEffect | e.KeyEffect)
    return getattr(effect, "table", None) if parts else None


def _tell_computed(walk: MethodWalk, node: Node, call: Call, within: str | None) -> None:
    """Say which options of a call are computed; a default that is, tells so itself."""
    for key, value in call.options.items():
        if key.startswith(GAP):
            walk.opaque(node, "some of its options are computed", within)
        elif key == "id" and call.name == "create_table":
            pass  # the table tells itself that the type of its key is computed
        elif key not in _DEFAULTS and not _is_settled(value):
            walk.opaque(node, f"its {key} is computed", within)
    if not (call.name in _OF_A_VALUE or all(map(_is_settled, call.args))):
        walk.opaque(node, "an argument is computed", within)


_DEFAULTS = frozenset({"default", "from", "to"})
_OF_A_DEFAULT = frozenset({"change_column_default", "change_default"})
_OF_A_VALUE = _OF_A_DEFAULT | {
    "change_column_null",
    "change_null",
}  # a default, or what replaces NULL


def _is_settled(value: Value) -> bool:
    if isinstance(value, list):
        return all(map(_is_settled, value))
    if isinstance(value, dict):
        return all(_is_settled(item) or key in _DEFAULTS for key, item in value.items())
    return value is None or isinstance(value, bool | int | float | SqlText) or type(value) in _TEXTS


_TEXTS = frozenset({str, Symbol})  # but not Partial


def made(
    walk: MethodWalk, node: Node, name: str, args: tuple[Value, ...], options: dict[str, Value]
) -> Call:
    """Make a call of evaluated arguments; a last hash in braces counts as options."""
    options = {key: _settled(walk, value) for key, value in options.items()}
    last = args[-1] if args else None
    if isinstance(last, dict) and not options and not _is_default(name, last):
        args, options = args[:-1], {str(key): _settled(walk, last[key]) for key in last}
    return Call(name, args, options, node.start_point[0] + 1, rules_of(walk))


def _is_default(name: str, last: dict[str, Value]) -> bool:
    """``change_column_default :songs, :tags, {}``: the hash is the default itself."""
    return name in _OF_A_DEFAULT and not {"from", "to", "default"} & last.keys()


def _settled(walk: MethodWalk, value: Value) -> Value:
    if isinstance(value, Procedure):
        return ruby_columns.sql_default(run(walk, value, []))
    return value


def forked(walk: MethodWalk, call: Call, follow: Callable[[Call], Value]) -> Value:
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
    walk: MethodWalk,
    choice: Choice,
    chosen: Callable[[Value], Call],
    follow: Callable[[Call], Value],
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


def commanded(walk: MethodWalk, node: Node, call: Call) -> None:
    """Record what a command does; what cannot be read of it is opaque."""
    recorded(walk, node, call, COMMANDS[call.name])
    once(walk, block_of(walk, node), [])
