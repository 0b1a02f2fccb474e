"""The state of a walk through one Ruby file: what is defined, known, and found so far."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from tree_sitter import Node

from analyzer.model.core.condition import AnyOf, Condition, Unsure, negated
from analyzer.model.effects.effect import (
    AnsweredQuestion,
    Effect,
    Guarded,
    Opaque,
    ReadData,
    WriteData,
)
from analyzer.parsing.ruby.ruby_tree import RubyFile, line_of, parts
from analyzer.parsing.ruby.ruby_value import Myself, Procedure, Unknown, Value
from analyzer.records import Struct, field, replace

DEEPEST = 100  # nested expressions and calls; every level costs a few Python frames
MOST_TURNS = 1_000  # of a loop over a literal list
EXITS = frozenset({"return", "next", "break", "raise"})
_STEPS = 100_000  # evaluations that any file may take, and some more for its size


class LeaveError(Exception):
    """Ruby leaves a method or block early: ``kind`` is return, next, break or raise."""

    def __init__(self, kind: str, value: Value = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


class SpentError(Exception):
    """The file asks for more evaluation than any migration needs."""


class Guard(Struct, frozen=True):
    """What holds around the statement that is being read.

    ``leaves``: the kind of early exit (``return if ...``) after which this holds, else empty.
    """

    asked: AnsweredQuestion | None  # None: nothing but that errors are caught
    likely: bool = True
    rescued: bool = False
    leaves: str = ""


class Library(Protocol):
    """What is known of code that is not in the file, but in what the file is loaded into."""

    def is_silent_constant(self, path: str, name: str) -> bool:
        """Whether a method of a constant leaves the database alone."""

    def is_silent_setter(self, name: str) -> bool:
        """Whether a setting of a class changes only how it runs or logs."""


class RubyClass(Struct):
    """A class or module of the file. ``table`` is what it says of its table's name."""

    name: str
    line: int
    superclass: str | None = None
    methods: dict[str, Node] = field(default_factory=dict)
    singletons: dict[str, Node] = field(default_factory=dict)
    table: str | None = None
    is_module: bool = False


class MethodWalk(Struct):
    """One walk. ``effects`` grows; ``variables`` are those of the method that is being read."""

    file: RubyFile
    library: Library
    handle: Callable[["MethodWalk", Node], Value]
    key_type: str | None = None  # what the application sets as primary_key_type
    effects: list[Effect] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    variables: dict[str, Value] = field(default_factory=dict)
    constants: dict[str, Value] = field(default_factory=dict)
    classes: dict[str, RubyClass] = field(default_factory=dict)
    methods: dict[str, Node] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)  # methods of the file that are being read
    block: Procedure | None = None  # what ``yield`` runs
    myself: Value = field(default_factory=Myself)
    reverting: bool = False
    schema_version: int | None = None
    depth: int = 0
    steps: int = 0
    gaps: int = 0
    questions: int = 0
    standing: set[int] = field(default_factory=set)  # ids of the nodes that are statements
    forks: int = 0
    told: set[tuple[int, str]] = field(default_factory=set)
    assigned: dict[str, set[str]] = field(default_factory=dict)  # attributes, by the row's name

    def __post_init__(self) -> None:
        self.steps = _STEPS + len(self.file.source) // 2

    def evaluate(self, node: Node | None) -> Value:
        """Evaluate a node; its effects are recorded on the way."""
        if node is None:
            return None
        self.steps -= 1
        if self.steps < 0:
            raise SpentError
        if self.depth >= DEEPEST:
            self.opaque(node, "it is nested too deeply")
            return self.unknown(node)
        self.depth += 1
        try:
            return self.handle(self, node)
        finally:
            self.depth -= 1

    def statements(self, node: Node | None) -> Value:
        """Evaluate a node's statements in order; the last one's value counts."""
        value: Value = None
        children = [] if node is None else parts(node)
        for place, child in enumerate(children):
            if place < len(children) - 1 or not self._gives_a_value(node):
                self.standing.add(child.id)
            value = self.evaluate(child)
        return value

    def _gives_a_value(self, body: Node | None) -> bool:
        """Whether a block's last value is what its call is there for: ``map { |it| it.name }``."""
        if body is None or body.type != "block_body":
            return False
        block = body.parent
        owner = block.parent if block is not None else None
        return owner is not None and owner.type == "call" and owner.id not in self.standing

    def inside(self, node: Node | None) -> Value:
        """Evaluate what is inside a node whose value is used; the last part counts."""
        value: Value = None
        for child in () if node is None else parts(node):
            value = self.evaluate(child)
        return value

    def stands_alone(self, node: Node) -> bool:
        """Whether a node is a statement, so that its value is not used."""
        return node.id in self.standing

    def unknown(self, node: Node, *, plain: bool = False) -> Unknown:
        """The value of a node that only a running program would know."""
        return Unknown(self.file.excerpt(node, 80), plain)

    def emit(self, effect: Effect) -> None:
        """Record an effect under the conditions that hold here."""
        guards = self.guards
        if not guards:
            self.effects.append(effect)
            return
        inner = effect if isinstance(effect, Guarded) else Guarded(effect, (), effect.line)
        self.effects.append(
            Guarded(
                inner.effect,
                (*(guard.asked for guard in guards if guard.asked is not None), *inner.asked),
                effect.line,
                inner.likely and all(guard.likely for guard in guards),
                inner.rescued or any(guard.rescued for guard in guards),
            )
        )

    def opaque(self, node: Node, why: str, within: str | None = None) -> None:
        """Record that a piece of the file cannot be known. Args: within: as of `Opaque`."""
        text, line = self.file.excerpt(node), line_of(node)
        if (line, text) in self.told:
            return
        self.told.add((line, text))
        while self.effects and (part := _part(self.effects[-1], text, line)) is not None:
            if why.startswith("what ") and text.startswith(part.text):
                why = part.why  # what the chain begins with is the reason
            self.effects.pop()  # the whole says it all
        self.emit(Opaque(text, line, why, within=within))

    def ask(self, condition: Condition) -> AnsweredQuestion:
        """Ask a question at this place: its answer is the same for all that depends on it."""
        self.questions += 1
        return AnsweredQuestion(condition, self.questions)

    @contextmanager
    def frame(self, ends: frozenset[str] = EXITS) -> Iterator[None]:
        """Forget on leaving what was concluded from early exits inside.

        Args: ends: the kinds of exit that lead no further than to the end of this frame; what was
            concluded from others holds behind it too.
        """
        kept = len(self.guards)
        try:
            yield
        finally:
            inside = self.guards[kept:]
            self.guards[kept:] = [it for it in inside if it.leaves and it.leaves not in ends]

    @contextmanager
    def guarded(self, guard: Guard, ends: frozenset[str] = frozenset()) -> Iterator[None]:
        """Hold a condition over some statements; behind them their early exits still count."""
        kept, start = len(self.guards), len(self.effects)
        try:
            with self.frame(ends):
                self.guards.append(guard)
                yield
        finally:
            self.guards[kept:] = [self._behind(it, guard, start) for it in self.guards[kept:]]

    def _behind(self, inner: Guard, outer: Guard, start: int) -> Guard:
        """What an early exit inside a branch says of the statements behind the branch."""
        if outer.asked is None or inner.asked is None:
            return inner
        parts_ = (negated(outer.asked.taken()), inner.asked.taken())
        changed = self.changes_schema_since(start)  # so that asking again may bring another answer
        condition = Unsure("an early exit above") if changed else AnyOf(parts_)
        return replace(inner, asked=self.ask(condition))

    @contextmanager
    def collecting(self) -> Iterator[list[Effect]]:
        """Gather the effects inside apart from the others, without the conditions outside."""
        outer, guards = self.effects, self.guards
        self.effects, self.guards = [], []
        try:
            yield self.effects
        finally:
            self.effects, self.guards = outer, guards

    def changes_schema_since(self, start: int) -> bool:
        """Whether any effect from a place in the list on is more than reading or writing rows."""
        found = self.effects[start:]
        inner = (effect.effect if isinstance(effect, Guarded) else effect for effect in found)
        return any(not isinstance(effect, ReadData | WriteData | Opaque) for effect in inner)


def _part(effect: Effect, text: str, line: int) -> Opaque | None:
    """The opaque piece that an effect is, if it is shown as a part of a statement on its line."""
    inner = effect.effect if isinstance(effect, Guarded) else effect
    if isinstance(inner, Opaque) and inner.line == line and inner.text in text:
        return inner
    return None
