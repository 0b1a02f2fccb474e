"""What a migration does: literal SQL is read, all other operations are opaque."""

from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.language import KeyedLanguage

if TYPE_CHECKING:
    from tree_sitter import Node


class DjangoLanguage(KeyedLanguage):
    """The port ``Language`` of Django."""

    def _read_ways(self, content: bytes) -> "dict[str, list[Node]]":
        """The operations of the class."""
        from analyzer.frameworks.keyed.trees import read_tree, text_of, walk

        for node in walk(read_tree(self._script, content)):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if node.type != "assignment" or left is None or text_of(left) != "operations":
                continue
            if right is not None and right.type in ("list", "tuple"):
                return {"up": [it for it in right.named_children if it.type != "comment"]}
        return {}

    def _sql_of(self, statement: "Node") -> tuple[str, int] | None:
        """The SQL of ``RunSQL("...")``, where it does nothing to the state besides."""
        from analyzer.frameworks.keyed.step_statements import call_of, first_text

        call = call_of(statement)
        if call is None or call.name != "RunSQL":
            return None
        named = [it for it in call.arguments if it.type == "keyword_argument"]
        return first_text(call) if len(named) < len(call.arguments) else None
