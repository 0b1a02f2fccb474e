"""What a revision does: operations and SQL whose arguments are literal; all else is opaque."""

import ast
import textwrap
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.language import KeyedLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

_WAYS = {"upgrade": "up", "downgrade": "down"}
_IDLE = ("pass_statement", "comment")


class AlembicLanguage(KeyedLanguage):
    """The port ``Language`` of Alembic."""

    def _read_ways(self, content: bytes) -> "dict[str, list[Node]]":
        """The statements of ``upgrade`` and ``downgrade``."""
        from analyzer.frameworks.keyed.trees import read_tree, text_of

        found: dict[str, list[Node]] = {}
        for node in read_tree(self._script, content).named_children:
            named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if node.type != "function_definition" or named is None or body is None:
                continue
            way = _WAYS.get(text_of(named))
            if way is not None:
                found[way] = [*_flat([it for it in body.named_children if not _is_idle(it)])]
        return found

    def _sql_of(self, statement: "Node") -> tuple[str, int] | None:
        """The SQL of ``op.execute("...")``, or of a text in it."""
        from analyzer.frameworks.keyed.step_statements import call_of, first_text
        from analyzer.frameworks.keyed.trees import literal

        call = call_of(statement)
        if call is None or call.name != "execute" or len(call.arguments) != 1:
            return _operation(statement)
        inner = call_of(call.arguments[0])
        if inner is not None and inner.name == "text" and len(inner.arguments) == 1:
            return first_text(inner)
        return literal(call.arguments[0])


def _flat(statements: "Sequence[Node]") -> "Iterator[Node]":
    """The statements, with those of ``batch_alter_table`` in their place."""
    for statement in statements:
        body = statement.child_by_field_name("body")
        if statement.type == "with_statement" and body is not None and _batch_table(statement):
            yield from (it for it in body.named_children if not _is_idle(it))
        else:
            yield statement


def _batch_table(statement: "Node") -> str | None:
    """The table of a ``with op.batch_alter_table("...")``."""
    from analyzer.frameworks.keyed.trees import text_of

    head = text_of(statement).partition("\n")[0]
    try:
        (made,) = ast.parse(f"{head} pass").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(made, ast.With) or len(made.items) != 1:
        return None
    call = made.items[0].context_expr
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr != "batch_alter_table" or not call.args or call.keywords:
        return None
    told = call.args[0]
    return told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else None


def _operation(statement: "Node") -> tuple[str, int] | None:
    """The SQL of an operation, all of it where the statement begins."""
    from analyzer.frameworks.alembic.operations import sql_of
    from analyzer.frameworks.keyed.trees import line_of, text_of

    try:
        (made,) = ast.parse(textwrap.dedent(text_of(statement))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(made, ast.Expr) or not isinstance(made.value, ast.Call):
        return None
    above = statement.parent.parent if statement.parent is not None else None
    within = above if above is not None and above.type == "with_statement" else None
    sql = sql_of(made.value, _batch_table(within) if within is not None else None)
    return None if sql is None else (sql, line_of(statement))


def _is_idle(node: "Node") -> bool:
    """Whether a statement does nothing: ``pass``, a comment, a text that stands alone."""
    if node.type in _IDLE:
        return True
    inner = node.named_children
    return node.type == "expression_statement" and [it.type for it in inner] == ["string"]
