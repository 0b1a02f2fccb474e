"""The house holds: layers import inward only, and the public names are what they say."""

import ast
import subprocess
import sys
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

    assert users == {"sources/git/git_process.py"}


def starts(path: Path) -> list[ast.Call]:
    """The calls in a module that start a process."""
    named = {"run", "Popen", "call", "check_call", "check_output", "execute", "system"}
    owners = {"subprocess", "os", "Git"}
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in named
             and ast.unparse(node.func.value).partition("(")[0] in owners)
            or (isinstance(node.func, ast.Name) and node.func.id == "Popen")
        )
    ]  # fmt: skip


# Who starts processes, and the gate that each of them is or goes through. git passes the first.
PROCESSES = {
    "sources/git/git_command.py": "git: this is its gate",
    "sources/git/git_process.py": "git, as the gate writes it",
    "sources/files/bounded.py": "whatever its callers start: git and psql",
    "engines/postgresql/access/psql_session.py": "psql",
    "engines/postgresql/tools/client_programs.py": "the client programs of PostgreSQL",
    "operations/repair/script_run.py": "a script of ours, in which git is a function that is quiet",
    "operations/rehearsal/commands.py": "a command of the user's own",
    "operations/rehearsal/migrate_command.py": "a command of the user's own",
    "operations/backup/disk_space.py": "df, through the user's prefix",
    "operations/demo/demonstration.py": "migdoctor itself, and what the demo is told to run",
    "engines/postgresql/scratch/scratch_postgres.py": "a server of ours",
}


def test_all_that_starts_processes_is_known():
    users = {path.relative_to(PACKAGE).as_posix() for path in MODULES if starts(path)}

    assert users <= set(PROCESSES), "send git through git_command, all else through its own gate"


def test_git_is_called_by_its_gate_alone():
    """No list of arguments begins with git elsewhere, and no call of the gate's own lacks it."""
    lists = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.List | ast.Tuple) and node.elts
        and isinstance(node.elts[0], ast.Constant) and node.elts[0].value == "git"
    }  # fmt: skip
    gate = PACKAGE / "sources/git/git_command.py"

    assert lists == {"sources/git/git_command.py"}
    for call in starts(gate):
        assert ast.unparse(call.args[0]).startswith("quiet_command(")
        (environment,) = [one.value for one in call.keywords if one.arg == "env"]
        assert ast.unparse(environment).startswith("quiet_environment(")
    (streamed,) = starts(PACKAGE / "sources/git/git_process.py")
    assert ast.unparse(streamed.args[0]) == "command"
    assert "quiet_command(*arguments)" in (PACKAGE / "sources/git/git_process.py").read_text(
        "utf-8"
    )


def test_words_of_printed_commands_are_quoted_in_one_place():
    """Quoted alone, a name with unseen characters would be shown as the name of another file."""
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if "shlex.quote(" in path.read_text("utf-8") or "map(shlex.quote" in path.read_text("utf-8")
    }

    assert users == {
        "model/core/shell_word.py",
        "model/core/secret.py",  # looks for secrets as others quote them
        "scripts/shell/shell_words.py",  # variables stand for what is not seen
    }


def test_only_the_assignment_and_the_graph_use_networkx():
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        if "import networkx" in path.read_text("utf-8")
    }

    assert users == {"analysis"}


def test_every_public_name_of_the_package_exists():
    assert all(hasattr(analyzer, name) for name in analyzer.__all__)


# What takes long to load, and which commands show their help, or look at a repository, without it.
HEAVY = ("tree_sitter", "psycopg", "hashlib", "networkx", "analyzer.workflow.forecast.advice_check")
LIGHT = {
    "main": HEAVY,
    "check": HEAVY,
    "diagnose": tuple(name for name in HEAVY if name != "hashlib"),
}


@pytest.mark.parametrize("command", LIGHT)
def test_a_command_is_there_before_what_it_may_never_need(command):
    code = f"import sys, analyzer.cli.{command}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert not set(LIGHT[command]) & set(loaded.stdout.split())
