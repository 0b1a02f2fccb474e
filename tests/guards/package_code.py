"""The program's own code, read and parsed once for all the tests that look through it."""

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import analyzer

PACKAGE = Path(analyzer.__file__).parent


@cache
def text(path: Path) -> str:
    """What a module holds."""
    return path.read_text("utf-8")


@contextmanager
def kept() -> Iterator[None]:
    """Make what is kept to the end: it is not searched for garbage, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@cache
def _trees() -> dict[Path, ast.Module]:
    with kept():
        return {path: ast.parse(text(path)) for path in modules()}


def tree(path: Path) -> ast.Module:
    """A module's syntax tree. Nobody changes it: others look through it too."""
    return _trees().get(path) or ast.parse(text(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All of a module's syntax tree, in the order of `ast.walk`."""
    return tuple(ast.walk(tree(path)))


@cache
def modules() -> tuple[Path, ...]:
    """All modules of the package."""
    return tuple(sorted(it for it in PACKAGE.rglob("*.py") if "_fixtures" not in it.parts))
