"""The house holds: layers import inward only, and the public names are what they say."""

import ast
from pathlib import Path

import pytest

import analyzer

PACKAGE = Path(analyzer.__file__).parent
INNER = {"model"}
READING = INNER | {"frameworks", "errors", "limits"}
EVERYTHING = READING | {
    "parsing", "sources", "analysis", "scripts", "report", "operations", "workflow", "cli",
}  # fmt: skip
MAY_IMPORT = {
    "errors": set(),
    "limits": {"errors"},
    "model": set(),
    "frameworks": INNER | {"limits"},
    "parsing": INNER | {"limits"},
    "analysis": INNER | {"limits"},
    "scripts": INNER,
    "report": INNER,
    "sources": READING,
    # analysis is pure: a recovery that runs for hours asks it at every step whether to go on
    "operations": READING | {"sources", "analysis"},
    "workflow": EVERYTHING - {"report", "operations", "cli"},
    "cli": EVERYTHING,
    "__main__": {"cli"},
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_fixtures" not in path.parts)


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The package's layers that a module imports, in whatever form."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
            if node.module == "analyzer":
                names = [f"analyzer.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("analyzer.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_inward(path):
    layer = layer_of(path)
    if layer == "__init__":
        return

    assert imported(path) <= MAY_IMPORT[layer] | {layer}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_import_is_relative(path):
    tree = ast.parse(path.read_text("utf-8"))

    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level]


def test_only_the_gate_talks_to_git():
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "git"
    }

    assert users == {"sources/git_process.py"}


def test_only_the_assignment_and_the_graph_use_networkx():
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        if "import networkx" in path.read_text("utf-8")
    }

    assert users == {"analysis"}


def test_every_public_name_of_the_package_exists():
    assert all(hasattr(analyzer, name) for name in analyzer.__all__)
