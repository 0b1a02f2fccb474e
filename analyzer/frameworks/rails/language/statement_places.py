"""Where a statement of a migration begins and ends, so that something can be put around it."""

from collections.abc import Iterator

from tree_sitter import Node

from analyzer.parsing.ruby.ruby_tree import read_ruby

_BODIES = frozenset(
    {"body_statement", "block_body", "then", "else", "do", "do_block", "block", "ensure", "begin"}
)
_WHOLE = frozenset({"change_table", "create_table", "create_join_table"})  # not from within


def statements_at(source: bytes, line: int) -> list[tuple[int, int]]:
    """The statements that cover a line, the innermost first, up to those of the method's own.

    Returns: first and last line, one-based, with the texts of heredocs that begin in between.
        What is inside the block of a ``change_table`` is no statement of its own.
    """
    root = read_ruby(source).root
    if root is None:
        return []
    found: list[tuple[int, int]] = []
    texts = [node for node in _below(root, line) if node.type == "heredoc_body"]
    for node in _around(root, line - 1):
        if node.type in {"method", "singleton_method"}:
            found.clear()
        elif _is_statement(node) and not (found and _inside_table(node)):
            found.append((node.start_point[0] + 1, _last(node, texts)))
    return list(dict.fromkeys(reversed(found)))


def _is_statement(node: Node) -> bool:
    return node.parent is not None and node.parent.type in _BODIES


def _around(root: Node, row: int) -> Iterator[Node]:
    """The nodes that cover a row, from the outside in."""
    node: Node | None = root
    while node is not None:
        yield node
        covering = (
            child
            for child in node.named_children
            if child.start_point[0] <= row <= child.end_point[0]
        )
        node = next(covering, None)


def _below(root: Node, line: int) -> Iterator[Node]:
    """All nodes that begin at or after the line before this one."""
    todo = [root]
    while todo:
        node = todo.pop()
        if node.end_point[0] + 1 >= line:
            yield node
            todo.extend(node.named_children)


def _inside_table(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type not in {"method", "singleton_method"}:
        if above.type == "call" and _called(above) in _WHOLE:
            return True
        above = above.parent
    return False


def _called(call: Node) -> str:
    name = call.child_by_field_name("method")
    return "" if name is None or name.text is None else name.text.decode("utf-8", "replace")


def _last(node: Node, texts: list[Node]) -> int:
    """The last line of a node, and of the heredocs that it opens."""
    last = node.end_point[0]
    begun = sum(1 for inner in _below(node, 0) if inner.type == "heredoc_beginning")
    following = sorted(
        (text for text in texts if text.start_point[0] >= node.start_point[0]),
        key=lambda text: text.start_point,
    )
    for text in following[:begun]:
        last = max(last, text.end_point[0])
    return last + 1
