"""What a file defines, put together, and what of it runs when Rails loads it and migrates."""

from tree_sitter import Node

from analyzer.frameworks.rails.language.rails_walk import RailsWalk
from analyzer.model.effects.effect import Effect, Opaque
from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import Value
from analyzer.parsing.ruby.ruby_walk import RubyClass
from analyzer.records import Struct, field

_REPLACING = ("initialize", "migrate", "exec_migration", "run", "method_missing")
_MIXING_IN = frozenset({"include", "prepend", "extend"})


class Outline(Struct):
    """A file's definitions, and the walk that knows them."""

    walk: RailsWalk
    migration: RubyClass | None = None
    rails: tuple[int, int] | None = None
    ddl_transaction: bool = True
    loose: list[Node] = field(default_factory=list)  # statements outside any class
    body: list[Node] = field(default_factory=list)  # calls in the migration's class body
    foreign: list[Node] = field(default_factory=list)  # modules mixed in from outside the file
    loaded: list[Effect] = field(default_factory=list)  # what constants and callbacks bring about
    start: dict[str, Value] = field(default_factory=dict)  # the class's own variables

    @property
    def class_name(self) -> str | None:
        """The migration class's name."""
        return self.migration.name if self.migration else None

    @property
    def superclass(self) -> str | None:
        """What it inherits from, as written."""
        return self.migration.superclass if self.migration else None

    @property
    def class_line(self) -> int | None:
        """The line where it begins, one-based."""
        return self.migration.line if self.migration else None

    def method(self, names: tuple[str, ...]) -> Node | None:
        """The first of some methods that the migration has."""
        holders = [self.migration.methods, self.migration.singletons] if self.migration else []
        for name in names:
            for methods in (*holders, self.walk.methods):
                if name in methods:
                    return methods[name]
        return None

    def run(self, names: tuple[str, ...]) -> None:
        """Read the first of some methods; before the way up, all that runs on loading the file."""
        method = self.method(names)
        if "up" in names:
            self._load(method)
        if method is not None:
            self.walk.evaluate(method.child_by_field_name("body"))

    def _load(self, method: Node | None) -> None:
        walk, root = self.walk, self.walk.file.root
        walk.effects.extend(self.loaded)
        is_whole = root is not None and not root.has_error
        if is_whole or method is None:
            for node in self.loose:
                walk.standing.add(node.id)
                walk.evaluate(node)
        for node in self.body:
            walk.standing.add(node.id)
            walk.evaluate(node)
        if is_whole:
            self._tell_what_is_not_here(method)

    def _tell_what_is_not_here(self, method: Node | None) -> None:
        """A module may hold the way up, or wrap it; so may the class above."""
        walk = self.walk
        for node in self.foreign:
            word = walk.file.text(node.child_by_field_name("method") or node)
            if method is None or word == "prepend":
                walk.opaque(node, "the module that it mixes in is not in the file")
        own = self.migration.methods if self.migration else {}
        for name in _REPLACING:
            if name in own:
                walk.opaque(own[name], f"it replaces Rails' own {name}")
        if method is None and self.migration is None and not self.loose and self._says_something():
            line = next((defined.line for defined in walk.classes.values()), 1)
            why = "it holds no migration with a way up of its own"
            walk.emit(Opaque("the whole file", line, why))

    def _says_something(self) -> bool:
        root = self.walk.file.root
        return root is not None and bool(parts(root))


def mixes_in(name: str) -> bool:
    """Whether a call in a class body brings in a module's methods."""
    return name in _MIXING_IN
