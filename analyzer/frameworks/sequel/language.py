"""What a migration of Sequel does: schema methods and SQL whose arguments are literal."""

from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.language import KeyedLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from analyzer.model.effects.effect import Effect


class SequelLanguage(KeyedLanguage):
    """The port ``Language`` of Sequel. ``change`` is a way up; Sequel reverses it by itself."""

    def _read_ways(self, content: bytes) -> "dict[str, list[Node]]":
        from analyzer.frameworks.keyed.trees import read_tree, text_of, walk

        found = super()._read_ways(content)
        if "up" in found:
            return found
        for node in walk(read_tree(self._script, content)):
            block, method = node.child_by_field_name("block"), node.child_by_field_name("method")
            if node.type == "call" and block and method and text_of(method) == "change":
                body = block.child_by_field_name("body")
                told = body.named_children if body is not None else []
                return {**found, "up": [it for it in told if it.type != "comment"]}
        return found

    def _effects(self, statements: "Sequence[Node]") -> "Iterator[Effect]":
        from analyzer.engines.registry import parse_sql
        from analyzer.frameworks.keyed.trees import line_of
        from analyzer.frameworks.sequel.operations import sql_of

        for statement in statements:
            sql = sql_of(statement)
            if sql is None:
                yield from super()._effects([statement])
            else:
                told = "; ".join(" ".join(it.split("\n")) for it in sql)
                yield from parse_sql("\n" * (line_of(statement) - 1) + told)
