"""Ruby migrations to effects, by reading: nothing of a migration ever runs.

The migration's class is found, its ``change`` or ``up`` method is evaluated as far as literals,
constants, local variables, literal lists and the file's own methods go, and every schema statement
on the way becomes an effect. What cannot be known is ``Opaque``.
"""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.engines.registry import remembered
from analyzer.frameworks.rails.language import ruby_calls, ruby_classes
from analyzer.frameworks.rails.language.rails_rules import Rules
from analyzer.frameworks.rails.language.ruby_outline import Outline
from analyzer.model.effects.effect import Effect, Opaque, Parsed, Problem
from analyzer.parsing.ruby import ruby_assignment, ruby_control, ruby_literals, ruby_operators
from analyzer.parsing.ruby.inflection import Inflections, settled
from analyzer.parsing.ruby.ruby_tree import LARGEST, RubyFile, read_ruby
from analyzer.parsing.ruby.ruby_value import Value
from analyzer.parsing.ruby.ruby_walk import LeaveError, MethodWalk, SpentError

_REMEMBERED = 500  # texts: pairing, prediction and repair ask for the same ones
_IGNORED = frozenset({"comment", "heredoc_body", "heredoc_end", "empty_statement", "uninterpreted"})
_HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    **ruby_literals.HANDLERS,
    **ruby_operators.HANDLERS,
    **ruby_assignment.HANDLERS,
    **ruby_control.HANDLERS,
    **ruby_calls.HANDLERS,
    **ruby_classes.HANDLERS,
}


def handle(walk: MethodWalk, node: Node) -> Value:
    """Evaluate one node by its kind; of an unknown kind, what is inside."""
    kind = node.type
    handler = _HANDLERS.get(kind)
    if handler is not None:
        return handler(walk, node)
    return None if kind in _IGNORED else walk.statements(node)


def parse_ruby(source: bytes, key_type: str | None = None) -> Parsed:
    """Read a migration. Total: any bytes give a result, and what is wrong with them is in it.

    Args: source: the file's bytes, of any encoding; names are decoded as UTF-8 with replacement.
        key_type: what the application sets as ``primary_key_type``, None where it sets nothing.
    Returns: effects of the way up in the order in which they run; of the way down if it is written.
    """
    return _remembered(source, key_type, None, settled())


def parse_ruby_as(source: bytes, rails: tuple[int, int]) -> Parsed:
    """Read Ruby without a migration class, by the defaults of a Rails version. Total as well."""
    return _parsed(source, None, rails, settled())


def _parsed(
    source: bytes, key_type: str | None, rails: tuple[int, int] | None, own: Inflections
) -> Parsed:
    del own  # what is remembered holds for them alone
    file = read_ruby(source)
    if file.root is None:
        why = file.problems[0].what
        return Parsed((Opaque("the whole file", 1, why),), problems=tuple(file.problems))
    outline = ruby_classes.outline(file, handle)
    outline.walk.key_type = key_type
    if rails is not None:
        outline.walk.rules = Rules(rails)
    up = _direction(outline, ("change", "up"))
    down = _direction(outline, ("down",)) if outline.method(("down",)) is not None else None
    problems = [*file.problems, *_cut(file)]
    rest = [Opaque("the rest of the file", problem.line, problem.what) for problem in _cut(file)]
    return Parsed(
        (*up, *rest),
        outline.class_name,
        outline.superclass,
        outline.rails,
        outline.class_line,
        outline.ddl_transaction,
        None if down is None else tuple(down),
        tuple(problems),
        frozenset(outline.walk.classes),
    )


_remembered = remembered(_parsed, _REMEMBERED)


def _cut(file: RubyFile) -> list[Problem]:
    if not file.cut:
        return []
    line = file.source.count(b"\n") + 1
    return [Problem(f"larger than {LARGEST // 1_000_000} MB: the rest was not read", line)]


def _direction(outline: Outline, names: tuple[str, ...]) -> list[Effect]:
    walk = outline.walk
    walk.told.clear()
    walk.assigned.clear()
    walk.questions = 0
    walk.effects, walk.guards, walk.variables, walk.running = [], [], dict(outline.start), []
    try:
        outline.run(names)
    except LeaveError:
        pass  # ``raise`` or ``return`` ends the method, as in Ruby
    except SpentError:
        walk.effects.append(
            Opaque("the rest of the method", 1, "it takes too many steps to follow")
        )
    except RecursionError:
        walk.effects.append(Opaque("the rest of the method", 1, "it is nested too deeply"))
    return walk.effects
