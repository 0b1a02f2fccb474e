"""What a project's settings say, as far as their text tells it: they are read, and never run.

``manage.py`` names the module of settings; what that takes over from others with ``import *`` is
read there. A value that stands under a condition, or that is computed, is not known.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from analyzer.records import Struct, field

Read = Callable[[str], bytes | None]
"""Reads a file by its path from the repository's root; None where there is none."""
_NAMED = re.compile(rb"DJANGO_SETTINGS_MODULE['\"]\]?\s*[,=]\s*['\"]([\w.]+)['\"]")
_USUAL = "settings"
_DEEPEST = 5  # modules that take over from each other
_MODEL = "_MODEL"
_KEYS = "django.db.models."


class DjangoSettings(Struct, frozen=True):
    """A project's settings: by name, the values that are written out, and the expressions.

    ``root`` is the folder of ``manage.py``, empty for the repository's; ``path`` the module;
    ``places`` by name, of what is not known as well, the module that gives it.
    """

    root: str = ""
    path: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    expressions: Mapping[str, ast.expr] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def below(self, path: str) -> str:
        """A path from the folder of ``manage.py`` as one from the repository's root."""
        return _below(self.root, path)

    def text(self, name: str) -> str | None:
        """A setting that is a text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """The models that settings put in the place of others, by the names of the settings."""
        told = ((name, it) for name, it in self.values.items() if name.endswith(_MODEL))
        return tuple(sorted((name, it) for name, it in told if isinstance(it, str) and "." in it))

    @property
    def key_type(self) -> str | None:
        """The class of keys that no model writes out."""
        told = self.text("DEFAULT_AUTO_FIELD") or ""
        return told.removeprefix(_KEYS) if told.startswith(_KEYS) else None

    @property
    def migration_folders(self) -> Mapping[str, str]:
        """The apps whose migrations lie elsewhere: by folder, their labels."""
        told = self.values.get("MIGRATION_MODULES")
        pairs = told.items() if isinstance(told, dict) else ()
        return {
            _below(self.root, module.replace(".", "/")): label
            for label, module in pairs
            if isinstance(label, str) and isinstance(module, str)
        }

    @property
    def installed(self) -> tuple[str, ...]:
        """The apps that are written out, as packages or as classes that configure them."""
        told = self.values.get("INSTALLED_APPS")
        listed = told if isinstance(told, list | tuple) else ()
        return tuple(it for it in listed if isinstance(it, str))


def read_settings(read: Read, folder: str) -> DjangoSettings | None:
    """The settings of the project that a migration folder belongs to; None where it has none."""
    for root in _above(folder):
        managing = read(_below(root, "manage.py"))
        if managing is None:
            continue
        found = _NAMED.search(managing)
        module = found[1].decode() if found is not None else _USUAL
        path = _module(read, _below(root, module.replace(".", "/")))
        if path is None:
            return None
        values: dict[str, object] = {}
        expressions: dict[str, ast.expr] = {}
        places: dict[str, str] = {}
        for name, node, place in _assigned(read, root, path, _DEEPEST):
            values.pop(name, None)
            expressions.pop(name, None)
            places[name] = place
            if node is not None:
                expressions[name] = node
                values[name] = _value(node)
        return DjangoSettings(root, path, values, expressions, places)
    return None


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _below(root: str, path: str) -> str:
    return f"{root}/{path}" if root else path


def _module(read: Read, stem: str) -> str | None:
    """The file of a module, or of a package."""
    for path in (f"{stem}.py", f"{stem}/__init__.py"):
        if read(path) is not None:
            return path
    return None


def _assigned(
    read: Read, root: str, path: str, depth: int
) -> Iterator[tuple[str, ast.expr | None, str]]:
    """Each name, what it is given (None where only running that shows it), and the module."""
    try:
        tree = ast.parse((read(path) or b"").decode("utf-8-sig"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and depth and [it.name for it in node.names] == ["*"]:
            there = _module(read, _imported(root, path, node))
            if there is not None:
                yield from _assigned(read, root, there, depth - 1)
        else:
            yield from ((name, value, path) for name, value in _given(node))


def _given(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a statement gives something, and what."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, node.value)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _targets(node.target, node.value)
    elif not isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield from _unsure(node)


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    else:
        yield from _unsure(target)


def _unsure(node: ast.AST) -> Iterator[tuple[str, None]]:
    """The names that a statement may give other values."""
    for it in ast.walk(node):
        if isinstance(it, ast.Name) and it.id.isupper() and not isinstance(it.ctx, ast.Load):
            yield it.id, None
        elif isinstance(it, ast.Subscript) and not isinstance(it.ctx, ast.Load):
            yield from ((one.id, None) for one in ast.walk(it) if isinstance(one, ast.Name))


def _imported(root: str, path: str, node: ast.ImportFrom) -> str:
    """Where a module lies that another one imports from."""
    module = (node.module or "").replace(".", "/")
    if not node.level:
        return _below(root, module)
    folder = path
    for _ in range(node.level):
        folder = folder.rpartition("/")[0]
    return _below(folder, module) if module else folder


def _value(node: ast.expr) -> object:
    """What is written out; of a list, those elements that are."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = _value(node.left), _value(node.right)
        return [one for it in sides if isinstance(it, list | tuple) for one in it]
    if isinstance(node, ast.List | ast.Tuple):
        return [it.value for it in node.elts if isinstance(it, ast.Constant)]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {_value(key): _value(it) for key, it in pairs if isinstance(key, ast.Constant)}
    return node.value if isinstance(node, ast.Constant) else None
