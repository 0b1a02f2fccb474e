"""The values that a module of a migration is written with, as far as its text tells them."""

import ast
from collections.abc import Iterator, Mapping

from analyzer.records import Struct, field

_DEEPEST = 60  # expressions within each other
_NAMING = frozenset({"get_model", "execute", "executemany", "raw"})  # of models and of tables
_LONGEST = 200  # characters of a text that is quoted


class Name(Struct, frozen=True):
    """Something that is imported, by its full path: ``django.db.models.CASCADE``."""

    path: str

    @property
    def last(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


class ModuleCall(Struct, frozen=True):
    """Something that is made: a field, an operation, a constraint. ``text`` is how it stands."""

    path: str
    args: tuple[object, ...]
    named: Mapping[str, object]
    line: int
    text: str = ""

    @property
    def last(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    def get(self, name: str, position: int | None = None, usual: object = None) -> object:
        """An argument by its name, or by its place (from 0)."""
        if name in self.named:
            return self.named[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return usual


class Unread(Struct, frozen=True):
    """What only running the module shows."""

    text: str


class _Value(Struct, frozen=True):
    """A value that was found, be it None."""

    value: object


class MigrationModule(Struct, frozen=True):
    """A migration's class: its operations (None where only running it shows them), and the rest.

    ``functions`` are the texts and the calls of ``get_model`` in the module's own, by name;
    ``bases`` the tool's operations that its classes are, and whose part in the models they keep.
    """

    operations: tuple[object, ...] | None
    atomic: bool = True
    functions: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)


class ModuleReader:
    """Reads expressions of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._body = tree.body
        self._names: dict[str, str] = {}
        self._values: dict[str, ast.expr] = {}
        for node in tree.body:
            self.note(node)

    def note(self, node: ast.stmt) -> None:
        """Keep in mind what a statement gives a name."""
        if isinstance(node, ast.Import):
            for it in node.names:
                told = it.name if it.asname else it.name.partition(".")[0]
                self._names[it.asname or told] = told
        elif isinstance(node, ast.ImportFrom):
            lead = "." * node.level + (node.module or "")
            for it in node.names:
                self._names[it.asname or it.name] = f"{lead}.{it.name}"
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                self._values[target.id] = node.value

    def text(self, node: ast.AST) -> str:
        """How an expression stands, on one line."""
        try:
            said = ast.unparse(node)
        except (RecursionError, ValueError):
            said = type(node).__name__
        return " ".join(said.split())[:_LONGEST]

    def path(self, node: ast.expr) -> str | None:
        """The full path of a dotted name."""
        if isinstance(node, ast.Attribute):
            above = self.path(node.value)
            return None if above is None else f"{above}.{node.attr}"
        if isinstance(node, ast.Name):
            return self._names.get(node.id, f".{node.id}")
        return None

    def value(self, node: ast.expr, depth: int = 0) -> object:
        """An expression's value."""
        if depth > _DEEPEST:
            return Unread("...")
        found = self._composed(node, depth + 1)
        return Unread(self.text(node)) if found is None else found.value

    def _composed(self, node: ast.expr, depth: int) -> "_Value | None":
        """A value by its kind; None where only running the module shows it."""
        match node:
            case ast.Constant(value=value):
                return _Value(value)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return _Value(tuple(self.value(it, depth) for it in elements))
            case ast.Dict():
                return self._mapped(node, depth)
            case ast.Name() | ast.Attribute() | ast.Call() | ast.UnaryOp() | ast.BinOp():
                return _Value(self._found(node, depth))
            case _:
                return None

    def _found(self, node: ast.expr, depth: int) -> object:
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        if isinstance(node, ast.UnaryOp | ast.BinOp):
            return self._reckoned(node, depth)
        return self._named(node, depth)

    def _mapped(self, node: ast.Dict, depth: int) -> "_Value | None":
        keys = [None if it is None else self.value(it, depth) for it in node.keys]
        if not all(isinstance(it, str) for it in keys):
            return None
        values = (self.value(it, depth) for it in node.values)
        return _Value({str(key): value for key, value in zip(keys, values, strict=True)})

    def _reckoned(self, node: ast.UnaryOp | ast.BinOp, depth: int) -> object:
        if isinstance(node, ast.BinOp):
            return self._joined(node, depth)
        value = self.value(node.operand, depth)
        if isinstance(node.op, ast.USub) and isinstance(value, int | float):
            return -value
        if isinstance(node.op, ast.Invert):
            return ModuleCall("~", (value,), {}, node.lineno)
        return Unread(self.text(node))

    def _named(self, node: ast.expr, depth: int) -> object:
        if isinstance(node, ast.Name) and node.id in self._values and node.id not in self._names:
            return self.value(self._values[node.id], depth)
        path = self.path(node)
        return Unread(self.text(node)) if path is None else Name(path)

    def _called(self, node: ast.Call, depth: int) -> object:
        path = self.path(node.func)
        starred = any(isinstance(it, ast.Starred) for it in node.args)
        if path is None or starred or any(it.arg is None for it in node.keywords):
            return Unread(self.text(node))
        args = tuple(self.value(it, depth) for it in node.args)
        named = {str(it.arg): self.value(it.value, depth) for it in node.keywords}
        return ModuleCall(path, args, named, node.lineno, self.text(node))

    def _joined(self, node: ast.BinOp, depth: int) -> object:
        left, right = self.value(node.left, depth), self.value(node.right, depth)
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            sign = "&" if isinstance(node.op, ast.BitAnd) else "|"
            return ModuleCall(sign, (left, right), {}, node.lineno)
        if isinstance(node.op, ast.Add):
            if isinstance(left, str) and isinstance(right, str):
                return left + right
            if isinstance(left, tuple) and isinstance(right, tuple):
                return (*left, *right)
        if isinstance(node.op, ast.Mult) and isinstance(left, int) and isinstance(right, int):
            return left * right
        return Unread(self.text(node))

    def functions(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """What the module's own functions name: texts, and models."""
        for node in self._body:
            if isinstance(node, ast.FunctionDef):
                yield node.name, tuple(self._mentions(node))

    def _mentions(self, function: ast.FunctionDef) -> Iterator[object]:
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called = node.func
            if called.attr in _NAMING:
                args = tuple(self.value(it) for it in node.args)
                yield ModuleCall(called.attr, args, {}, called.lineno)

    def place(self, node: ast.expr) -> ast.expr:
        """The expression that a name of the module stands for."""
        if isinstance(node, ast.Name) and node.id in self._values and node.id not in self._names:
            return self._values[node.id]
        return node
