"""The class of a migration: its operations, and what stands around them."""

import ast
from collections.abc import Iterator, Sequence

from analyzer.frameworks.django.project.values import MigrationModule, ModuleCall, ModuleReader

_OWN = ("django.db.migrations.", "django.contrib.")
_OPERATIONS = "operations"
_PLAIN = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_REMADE = frozenset({"__init__", "state_forwards"})  # in whose place a class has its own


def read_values(content: bytes) -> MigrationModule | None:
    """The operations of a module; None where it is no Python that can be read, or no migration."""
    try:
        tree = ast.parse(content.decode("utf-8-sig"))
        reader = ModuleReader(tree)
        for place, node in enumerate(tree.body):
            if isinstance(node, ast.ClassDef) and node.name == "Migration":
                return _module(reader, node, tree.body, place)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None


def _module(
    reader: ModuleReader, node: ast.ClassDef, around: Sequence[ast.stmt], place: int
) -> MigrationModule:
    for it in node.body:
        reader.note(it)
    told: dict[str, ast.expr] = {}
    for it in node.body:
        if isinstance(it, ast.Assign) and isinstance(it.targets[0], ast.Name):
            told[it.targets[0].id] = it.value
        elif isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Name) and it.value:
            told[it.target.id] = it.value
    atomic = reader.value(told["atomic"]) is not False if "atomic" in told else True
    known = _operations(reader, told[_OPERATIONS]) if _OPERATIONS in told else ()
    if known is not None:
        changing = [it for it in (*node.body, *around[place + 1 :]) if _changes_operations(it)]
        known = (*known, *(one for it in changing for one in _unsure(reader, it)))
    return MigrationModule(known, atomic, dict(reader.functions()), dict(_bases(reader, around)))


def _changes_operations(node: ast.stmt) -> bool:
    """Whether a statement may give the class other operations than those that it lists."""
    if isinstance(node, _PLAIN):
        targets = node.targets if isinstance(node, ast.Assign) else ()
        return any(isinstance(it, ast.Attribute) and it.attr == _OPERATIONS for it in targets)
    return any(
        (isinstance(it, ast.Name) and it.id == _OPERATIONS)
        or (isinstance(it, ast.Attribute) and it.attr == _OPERATIONS)
        for it in ast.walk(node)
    )


def _unsure(reader: ModuleReader, node: ast.AST) -> Iterator[ModuleCall]:
    """The operations that stand in code of which only running it shows whether it is reached."""
    found = [it for it in ast.walk(node) if isinstance(it, ast.Call) and _is_operation(reader, it)]
    for it in found:
        yield _unread(reader, it)
    if not found:
        yield ModuleCall("", (), {}, getattr(node, "lineno", 1), reader.text(node))


def _is_operation(reader: ModuleReader, node: ast.Call) -> bool:
    path = reader.path(node.func) or ""
    return path.startswith(_OWN) and path.rpartition(".")[0].endswith(("migrations", _OPERATIONS))


def _unread(reader: ModuleReader, node: ast.expr) -> ModuleCall:
    """An operation of which only its arguments are known."""
    value = reader.value(node)
    if not isinstance(value, ModuleCall):
        return ModuleCall("", (), {}, node.lineno, reader.text(node))
    return ModuleCall("", value.args, value.named, node.lineno, value.text)


def _operations(reader: ModuleReader, node: ast.expr) -> tuple[object, ...] | None:
    node = reader.place(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = _operations(reader, node.left), _operations(reader, node.right)
        return None if None in sides else tuple(it for side in sides if side for it in side)
    if isinstance(node, ast.IfExp):
        return tuple(_unsure(reader, node))
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    return tuple(_operation(reader, it) for it in node.elts)


def _operation(reader: ModuleReader, node: ast.expr) -> object:
    """An operation, with the line on which it begins."""
    value = reader.value(node)
    if isinstance(value, ModuleCall):
        return value
    return ModuleCall("", (), {}, node.lineno, reader.text(node))


def _bases(reader: ModuleReader, body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The tool's operations that classes of the module are, where these keep what is for models."""
    for node in body:
        if not isinstance(node, ast.ClassDef) or len(node.bases) != 1:
            continue
        base = reader.path(node.bases[0]) or ""
        own = {it.name for it in node.body if isinstance(it, ast.FunctionDef)}
        if base.startswith("django.") and not own & _REMADE:
            yield node.name, base
