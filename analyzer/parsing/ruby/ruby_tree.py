"""Ruby text to tree-sitter's tree, with bounds on size and time, and with heredocs found again."""

import time
from functools import lru_cache

from tree_sitter import Language, Node, Parser, Tree

from analyzer.model.effects.effect import Problem
from analyzer.records import Struct, field
from analyzer.stand_ins import later, without

with without(later("importlib.resources", "files")):  # for queries about a tree: we have none
    import tree_sitter_ruby

LARGEST = 1_000_000  # bytes read of one file; a tree takes up to 200 times as much memory
_PATIENCE = 3.0  # seconds; nested %w[ literals cost the grammar quadratic time, nothing else does
_CHUNK = 65_536
_MOST_PROBLEMS = 5
_BOM = b"\xef\xbb\xbf"


class RubyFile(Struct):
    """One file's tree; ``heredocs`` holds each heredoc's body by the byte that announces it."""

    source: bytes
    root: Node | None
    problems: list[Problem]
    cut: bool = False  # only the beginning was read
    heredocs: dict[int, Node] = field(default_factory=dict)

    def text(self, node: Node) -> str:
        """The node's text, decoded as UTF-8 with replacement."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def excerpt(self, node: Node, longest: int = 200) -> str:
        """The node's text on one line, cut to a readable length."""
        raw = self.source[node.start_byte : min(node.end_byte, node.start_byte + 4 * longest)]
        text = " ".join(raw.decode("utf-8", "replace").split())
        return text if len(text) <= longest else text[: longest - 1] + "…"


def line_of(node: Node) -> int:
    """The line where the node begins, one-based."""
    return node.start_point[0] + 1


def parts(node: Node) -> list[Node]:
    """The node's named children, without comments and heredoc bodies."""
    return [child for child in node.named_children if child.type not in _PASSED_OVER]


_PASSED_OVER = frozenset({"comment", "heredoc_body"})


def read_ruby(source: bytes) -> RubyFile:
    """Parse Ruby text. Never raises; what cannot be read is in ``problems``, with its line."""
    source = source.removeprefix(_BOM)
    cut = len(source) > LARGEST
    if cut:
        source = source[: source.rfind(b"\n", 0, LARGEST) + 1 or LARGEST]
    tree = _parse(source)
    if tree is None:
        return RubyFile(source, None, [Problem("too tangled to be read", 1)], cut)
    file = RubyFile(source, tree.root_node, _problems(tree.root_node), cut)
    if b"<<" in source:
        file.heredocs = _heredocs(tree.root_node)
    return file


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_ruby.language()))


def _parse(source: bytes) -> Tree | None:
    deadline = time.monotonic() + _PATIENCE

    def read(offset: int, _point: object) -> bytes:
        return source[offset : offset + _CHUNK]

    def tired(_offset: int, _error: bool) -> bool:  # noqa: FBT001  tree-sitter calls it by position
        return time.monotonic() > deadline

    parser = _parser()
    try:
        return parser.parse(read, progress_callback=tired)
    except ValueError:  # what tree-sitter raises when it is told to stop
        parser.reset()
        return None


def _problems(root: Node) -> list[Problem]:
    if not root.has_error:
        return []
    found: list[Problem] = []
    waiting = [root]
    while waiting and len(found) < _MOST_PROBLEMS:
        node = waiting.pop()
        if node.is_error and node.parent is None:
            found.append(Problem("syntax error: something is not closed", node.end_point[0] + 1))
            waiting.extend(reversed(node.children))
        elif node.is_error:
            found.append(Problem("syntax error", line_of(node)))
        elif node.is_missing:
            found.append(Problem(f"syntax error: {node.type!r} is missing", line_of(node)))
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return found


def _heredocs(root: Node) -> dict[int, Node]:
    """Pair announcements with bodies, which come in the same order unless they are nested."""
    bodies: dict[int, Node] = {}
    announced: list[int] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "heredoc_beginning":
            announced.append(node.start_byte)
        elif node.type == "heredoc_body" and announced:
            bodies[announced.pop(0)] = node
        waiting.extend(reversed(node.named_children))
    return bodies
