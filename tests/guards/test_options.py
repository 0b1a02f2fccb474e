"""Every option that a text of the program names exists, on the command that it is named with."""

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest

import analyzer
from analyzer.cli.group import COMMANDS, group
from tests.guards import package_code
from tests.guards.test_words import helped, said

PACKAGE = Path(analyzer.__file__).parent
PAGES = sorted((PACKAGE.parent / "docs" / "pages").glob("*.md"))
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z]")
TYPED = re.compile(r"migdoctor (?P<words>[a-z][a-z-]*(?: [a-z][a-z-]*)?)(?P<rest>[^`\n;|]*)")
OTHERS = re.compile(
    r"\b(?:git|pg_\w+|psql|pip|docker|createdb|dropdb|mysql\w*|mariadb\S*|sqlite3|npx) [^;`]*"
)
# of programs that are not beside them
OF_OTHERS = {"--create", "--databases", "--exit-on-error", "--unshallow"}
OLD_NAME = "--table"  # of --version-table; only backup and recover have one that is of data


@cache
def options_of(command: click.Command) -> frozenset[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        parts = [command.get_command(context, it) for it in command.list_commands(context)]
        own = {name for it in command.params for name in it.opts}
        return frozenset(own).union(*(options_of(it) for it in parts if it is not None))
    found = {
        name
        for it in command.params
        for name in (*it.opts, *it.secondary_opts)
        if name != OLD_NAME or "--version-table" not in it.opts
    }
    return frozenset({*found, "--help"})


@cache
def commands() -> dict[str, click.Command]:
    """All commands by their words, as in ``recover back``."""
    top, context = group(), click.Context(group())
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = top.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {part}": it for part, it in command.commands.items()}
    return found


@cache
def _of_all() -> frozenset[str]:
    return frozenset(name for it in group().params for name in it.opts)


def wrong_in(text: str) -> list[str]:
    """Each option in a command line of ours that the command does not have."""
    found = []
    for typed in TYPED.finditer(text):
        words = typed["words"]
        name = words if words in commands() else words.partition(" ")[0]
        if name not in commands():
            continue
        there = options_of(commands()[name]) | _of_all()
        found += [f"{name} {it}" for it in OPTION.findall(typed["rest"]) if it not in there]
    return found


@cache
def every_option() -> frozenset[str]:
    return frozenset().union(*map(options_of, commands().values()), options_of(group()))


def texts_of(module: Path) -> list[tuple[int, str]]:
    tree = package_code.tree(module)
    return [*said(tree), *(helped(tree) if module.is_relative_to(PACKAGE / "cli") else ())]


@pytest.mark.parametrize(
    "path", [path for path in sorted(PACKAGE.iterdir()) if path.is_dir()], ids=lambda it: it.name
)
def test_a_command_in_a_text_has_the_options_that_it_is_told_with(path):
    found = [
        f"{module.relative_to(PACKAGE)}:{line}: {wrong}"
        for module in path.rglob("*.py")
        for line, text in texts_of(module)
        for wrong in wrong_in(text)
    ]

    assert not found


@pytest.mark.parametrize("path", [*PAGES, PACKAGE.parent / "README.md"], ids=lambda it: it.name)
def test_a_command_in_the_documentation_has_its_options(path):
    assert not wrong_in(path.read_text("utf-8"))


def test_an_option_that_an_error_names_is_one_of_ours():
    """What, why and fix of errors and findings name options bare: `name the table with --x`."""
    found = []
    for module in PACKAGE.rglob("*.py"):
        for call in package_code.nodes(module):
            for keyword in call.keywords if isinstance(call, ast.Call) else ():
                if keyword.arg in ("what", "why", "fix"):
                    found += [
                        f"{module.relative_to(PACKAGE)}:{line}: {it}"
                        for line, text in said(ast.Module([ast.Expr(keyword.value)], []))
                        for it in OPTION.findall(_without_others(text))
                        if it not in every_option() | OF_OTHERS
                    ]

    assert not found


def _without_others(text: str) -> str:
    """The text without command lines of other programs."""
    return OTHERS.sub("", text)


@pytest.mark.parametrize(
    "text",
    [
        "migdoctor rewrite --table x",
        "run: migdoctor explain --rows x",
        "migdoctor check --deployed",
    ],
)
def test_the_guard_finds_what_it_should(text):
    assert wrong_in(text)
