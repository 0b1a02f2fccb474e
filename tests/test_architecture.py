"""The house holds: layers import inward only, and the public names are what they say."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer
from tests.guards.package_code import modules, nodes, text

PACKAGE = Path(analyzer.__file__).parent
TESTS = Path(__file__).parent
MODULES = modules()
WINGS = {"frameworks", "engines"}  # each a base with its ports, and a folder for every member
PORTS = "ports"
INNER = {"model", "errors", "limits"}
READING = INNER | {"frameworks", "engines", "sources"}
# What a floor, or a member of a wing, may import besides itself.
MAY_IMPORT = {
    "errors": set(),
    "limits": {"errors"},
    "model": set(),
    "frameworks": {"model", "limits", "errors"},
    "engines": INNER | {"frameworks"},
    "parsing": {"model", "limits", "stand_ins"},
    "analysis": {"model", "limits", "frameworks", "engines"},
    "scripts": {"model"},
    "report": {"model"},
    "sources": READING,
    # analysis is pure: a recovery that runs for hours asks it at every step whether to go on
    "operations": READING | {"analysis"},
    "workflow": READING | {"analysis", "scripts", "parsing"},
    "services": READING | {"analysis", "scripts", "operations", "workflow"},
    "cli": INNER | {"report", "workflow", "services"},
    "stand_ins": set(),  # for what a library imports as it loads, and nobody uses
    "records": set(),  # what a frozen value is; all may be made of it
    "__main__": {"cli"},
}
MEMBER = INNER | {"frameworks", "engines", "parsing", "sources", "stand_ins"}  # of a wing
SHARED = {  # what several members of a wing are made of
    "engines.shared",
    *(f"frameworks.{it}" for it in ("keyed", "numbered", "sql")),
}
# The rooms of the analysis: what each may import besides itself.
ROOMS = {
    "schema": set(),
    "notes": set(),
    "forecast": {"schema"},
    "order": {"forecast"},
    "renames": set(),
    "diagnosis": {"schema", "notes", "forecast", "renames"},
    "repair": {"schema", "diagnosis", "order"},
    "gate": {"schema", "forecast", "order", "renames", "diagnosis"},
    "recovery": set(),
    "fleets": set(),
    "advice": set(),
}
LONGEST_COMMAND = 80  # lines of a module of the command line, its options included
MOST_MODULES = 20  # in one folder, besides its __init__
LONGEST_MODULE = 300  # lines
LONGEST_FUNCTION = 40  # lines; most have about ten


def unit_of(parts: tuple[str, ...]) -> str:
    """The floor that a module lies on, or the member of a wing."""
    floor, *rest = parts
    is_member = floor in WINGS and len(rest) > 1 and rest[0] != PORTS
    return f"{floor}.{rest[0]}" if is_member else floor


def imported(path: Path) -> set[str]:
    """The package's modules that a module imports, in whatever form."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("analyzer.") for name in found if name.startswith("analyzer.")}


def module_of(name: str) -> tuple[str, ...]:
    """The parts of the module that an imported name is, or lies in."""
    parts = name.split(".")
    while parts and not (PACKAGE.joinpath(*parts).with_suffix(".py").exists()):
        parts.pop()
    return tuple(parts)


def units_imported(path: Path) -> set[str]:
    return {unit_of(module) for module in map(module_of, imported(path)) if module}


def allowed(unit: str) -> set[str]:
    """What a floor, or a member of a wing, may import."""
    return (MEMBER | SHARED if "." in unit else MAY_IMPORT[unit]) | {unit, "records"}


def test_imports_point_inward():
    units = {path: unit_of(path.relative_to(PACKAGE).with_suffix("").parts) for path in MODULES}
    outward = {
        name_of(path): there
        for path, unit in units.items()
        if unit != "__init__" and (there := units_imported(path) - allowed(unit))
    }

    assert outward == {}


def test_the_rooms_of_the_analysis_import_one_way():
    arrows: dict[str, set[str]] = {room: set() for room in ROOMS}
    for path in (PACKAGE / "analysis").rglob("*.py"):
        room = path.relative_to(PACKAGE / "analysis").parts[0]
        for module in map(module_of, imported(path)):
            if module[:1] == ("analysis",) and len(module) > 2 and module[1] != room:
                arrows[room].add(module[1])

    assert arrows == ROOMS


def test_a_folder_can_be_overlooked():
    number_in = Counter(path.parent for path in MODULES if path.name != "__init__.py")

    assert {
        name_of(folder) for folder, number in number_in.items() if number > MOST_MODULES
    } == set()


def test_a_module_and_a_function_can_be_overlooked():
    lines = {name_of(path): text(path).count("\n") for path in MODULES}
    functions = {
        f"{name_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name for name, long in lines.items() if long > LONGEST_MODULE} == set()
    assert {name for name, long in functions.items() if long > LONGEST_FUNCTION} == set()


def rooms(floor: Path) -> Iterator[Path]:
    """The folders below a floor."""
    return (it for it in floor.rglob("*") if it.is_dir() and it.name != "__pycache__")


def test_tests_lie_where_what_they_test_lies():
    floors = [it for it in PACKAGE.iterdir() if (TESTS / it.name).is_dir()]
    mirrored = {it.relative_to(TESTS) for floor in floors for it in rooms(TESTS / floor.name)}
    there = {it.relative_to(PACKAGE) for floor in floors for it in rooms(floor)}

    assert mirrored - there == {Path("cli/attacks")}  # on every command


def test_the_ports_of_a_framework_know_no_member():
    ports = [PACKAGE / "frameworks/base.py", *(PACKAGE / "frameworks/ports").glob("*.py")]
    known = {unit_of(module_of(name)) for path in ports for name in imported(path)}

    assert known == {"model", "errors", "records", "frameworks"}


def modules_of(floor: str) -> list[Path]:
    return sorted((PACKAGE / floor).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_a_module_of_the_command_line_is_short():
    """Parse, call the service, render, return a status; what is longer decides something."""
    lines = {name_of(path): len(text(path).splitlines()) for path in modules_of("cli")}

    assert {name for name, long in lines.items() if long > LONGEST_COMMAND} == set()


def test_a_service_neither_prints_nor_knows_the_command_line():
    used = {name_of(path): set(used_in(path)) & UNKNOWN for path in modules_of("services")}

    assert {name: words for name, words in used.items() if words} == {}


UNKNOWN = {"click", "rich", "sys", "print", "input"}


def used_in(path: Path) -> Iterator[str]:
    """The packages that a module imports, and the names that it uses."""
    for node in nodes(path):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.split(".")[0] for alias in names)
            case ast.ImportFrom(module=module):
                yield (module or "").split(".")[0]
            case ast.Name(id=name):
                yield name
            case _:
                pass


def test_no_class_name_occurs_twice():
    names = Counter(
        node.name for path in MODULES for node in nodes(path) if isinstance(node, ast.ClassDef)
    )

    assert not {name for name, times in names.items() if times > 1}


def test_no_import_is_relative():
    relative = {
        name_of(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.level
    }

    assert relative == set()


def test_only_the_gate_talks_to_git():
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "git"
    }

    assert users == {"sources/git/git_process.py"}


def starts(path: Path) -> list[ast.Call]:
    """The calls in a module that start a process."""
    named = {"run", "Popen", "call", "check_call", "check_output", "execute", "system"}
    owners = {"subprocess", "os", "Git"}
    return [
        node
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and (
            (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in named
                and ast.unparse(node.func.value).partition("(")[0] in owners
            )
            or (isinstance(node.func, ast.Name) and node.func.id == "Popen")
        )
    ]


# Who starts processes, and the gate that each of them is or goes through. git passes the first.
PROCESSES = {
    "sources/git/git_command.py": "git: this is its gate",
    "sources/git/git_process.py": "git, as the gate writes it",
    "sources/files/bounded.py": "whatever its callers start: git and psql",
    "engines/postgresql/access/psql_session.py": "psql",
    "engines/shared/client_pipe.py": "a client program behind a prefix",
    "engines/sqlite/access/client_session.py": "the sqlite3 client",
    "engines/shared/client_runs.py": "the client programs of an engine",
    "engines/shared/program_versions.py": "the client programs of the engines",
    "operations/repair/script_run.py": "a script of ours, in which git is a function that is quiet",
    "operations/user_commands.py": "a command of the user's own",
    "services/repair/rehearsal/migrate_command.py": "a command of the user's own",
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
        for node in nodes(path)
        if isinstance(node, ast.List | ast.Tuple)
        and node.elts
        and isinstance(node.elts[0], ast.Constant)
        and node.elts[0].value == "git"
    }
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
        if "shlex.quote(" in text(path) or "map(shlex.quote" in text(path)
    }

    assert users == {
        "model/words/shell_word.py",
        "model/secrets/secret.py",  # looks for secrets as others quote them
        "scripts/shell/shell_words.py",  # variables stand for what is not seen
    }


def test_only_the_assignment_and_the_graph_use_networkx():
    users = {
        path.relative_to(PACKAGE).parts[0] for path in MODULES if "import networkx" in text(path)
    }

    assert users == {"analysis"}


def test_every_public_name_of_the_package_exists():
    assert all(hasattr(analyzer, name) for name in analyzer.__all__)


# What takes long to load, and which commands show their help, or look at a repository, without it.
HEAVY = ("tree_sitter", "psycopg", "hashlib", "networkx", "analyzer.workflow.forecast.fix_check")
LIGHT = {
    "main": HEAVY,
    "commands.check": HEAVY,
    "commands.diagnose": tuple(name for name in HEAVY if name != "hashlib"),
}


@pytest.mark.parametrize("command", LIGHT)
def test_a_command_is_there_before_what_it_may_never_need(command):
    code = f"import sys, analyzer.cli.{command}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert not set(LIGHT[command]) & set(loaded.stdout.split())
