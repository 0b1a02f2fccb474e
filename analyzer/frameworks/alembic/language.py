"""What a revision does: literal SQL is read, all other operations are opaque."""

from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.language import KeyedLanguage

if TYPE_CHECKING:
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
                found[way] = [it for it in body.named_children if not _is_idle(it)]
        return found

    def _sql_of(self, statement: "Node") -> tuple[str, int] | None:
        """The SQL of ``op.execute("...")``, or of a text in it."""
        from analyzer.frameworks.keyed.steps import call_of, first_text
        from analyzer.frameworks.keyed.trees import literal

        call = call_of(statement)
        if call is None or call.name != "execute" or len(call.arguments) != 1:
            return None
        inner = call_of(call.arguments[0])
        if inner is not None and inner.name == "text" and len(inner.arguments) == 1:
            return first_text(inner)
        return literal(call.arguments[0])


def _is_idle(node: "Node") -> bool:
    """Whether a statement does nothing: ``pass``, a comment, a text that stands alone."""
    if node.type in _IDLE:
        return True
    inner = node.named_children
    return node.type == "expression_statement" and [it.type for it in inner] == ["string"]
