"""Outside its wing no module names a framework: who still does is listed, and the list shrinks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import analyzer
from tests.guards import package_code

PACKAGE = Path(analyzer.__file__).parent
# The wings, the language that Rails shares with others, and the demonstration, which is of Rails.
BESIDES = ("frameworks", "engines", "parsing/ruby", "operations/demo", "_fixtures")
NAMED = re.compile(
    r"(?<![a-z])rails|ruby|active_?record|db[/:]migrate|db:schema|schema_migrations"
    r"|ar_internal_metadata|schema[._]rb\b|structure[._]sql\b|\brake\b|\.rb\b",
    re.IGNORECASE,
)

# module -> how often, and why it is so
STILL = {
    "cli/commands/schema.py": (2, "--format ruby"),
    "cli/help/examples.py": (1, "examples, as --migrate-command's own help has"),
    "cli/options/schema.py": (3, "--format ruby"),
    "model/core/version_table.py": (1, "the table's usual name"),
    "report/artefact.py": (1, "--format ruby is code"),
    "workflow/places/chosen_by.py": (1, "its variables, as they are typed"),
}


RULES = {"Rule", "GateRule"}
PAGE = {"why", "fix", "bad", "good"}  # the page of a finding, whose examples are Rails'


def told(tree: ast.Module) -> set[int]:
    """Strings that are for readers of the code, the help of an option, or a finding's page."""
    plain = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    helps = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "help"
        for part in ast.walk(node.value)
    }
    pages = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RULES
        for keyword in node.keywords
        if keyword.arg in PAGE
        for part in ast.walk(keyword.value)
    }
    return plain | helps | pages


def words(node: ast.AST) -> Iterator[str]:
    """What a node says: a name, a text, what it imports."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.keyword(arg=str(name)):
            yield name
        case ast.ImportFrom(module=module, names=names):
            yield f"{module or ''} {' '.join(alias.name for alias in names)}"
        case ast.Import(names=names):
            yield " ".join(alias.name for alias in names)
        case _:
            return


def mentions(path: Path) -> int:
    tree = package_code.tree(path)
    besides = told(tree)
    return sum(
        NAMED.search(text) is not None
        for node in ast.walk(tree)
        if id(node) not in besides
        for text in words(node)
    )


def test_no_module_names_a_framework_that_is_not_listed():
    found = {
        name: count
        for path in sorted(PACKAGE.rglob("*.py"))
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith(BESIDES)
        and (count := mentions(path))
    }

    assert found == {name: count for name, (count, _) in STILL.items()}


def test_the_counting_sees_what_it_should(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        '"""Of Rails."""\n\nfrom analyzer.rails import x  # Ruby\n\nplace = "db/migrate"\n'
        '"""Rails again."""\noption(help="such as bin/rails")\ntrails = 1\n'
        'Rule(title="Rails", why="Rails refuses", fix="Rename", bad="001_a.rb", good="002_a.rb")\n'
    )

    assert mentions(module) == 3
