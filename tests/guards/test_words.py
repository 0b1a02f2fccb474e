"""What users read is the field's English: a list of words and phrases that must not occur."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer
from tests.guards import package_code

PACKAGE = Path(analyzer.__file__).parent
ODD = re.compile(
    r"\b(?:mend(?:s|ed|ing)?|foretold|belongs? into|passe[sd] over|comes? along|nor ever|heeds?)\b"
    r"|DO THIS|\bTies\b|\bany more\b|\bis to be (?:true|false|recovered|mended|settled)\b"
    r"|today's texts?|If it is content|ended with status|^Although\b|(?<!--)\banew\b|% alike"
    r"|(?<!here )(?<!No )\b(?:is|are|was|were) no (?!longer\b|more\b)|\bhangs? on\b"
    r"|\bone (?:version )?a line\b|\b(?:the|for) doubles\b|\blook (?:into|which|whether)\b"
    r"|\bfrom zero\b"
    r"|\b(?:text|code|files?|folders|versions) of today\b|\ball the same\b|\b(?:put|set) right\b"
    r"|\bnot whole\b|\btakes? (?:it|this|them) (?:away|out)\b|\btold one by one\b"
    r"|(?<!no )\b[Oo]ptions? (?:\d|\{\}, )"  # a number that is on no screen
    r"|, for (?:it|git)\b|\bthe patient\b|\bin other hands\b|\bforetells?\b"
    r"|\btaken for (?:a|done|evidence)\b|\bas it likes\b|\bat will\b|\bthe turn comes\b"
    r"|\bspeaks? (?:here|of it)\b|\b(?:those|rows) of before\b|\bnothing of it is\b"
    r"|\bnobody (?:would be told|has looked|can look)\b|\bdoes not (?:mind|look at it)\b"
    r"|\bcame of it\b|\bits end first\b|\bare others now\b|\bwent past\b|\bpacks? so\b"
    r"|\bfor somebody of\b|\bbehind (?:them|those)\b|\bnothing behind\b|\bwhat it said\b"
    r"|\bfix what it says\b|\bDone after all\b|\bis content\b|\ba bug of\b|\bmakes? it whole\b"
    r"|\bbrings? (?:what|some of|anything)\b|\bof today's own\b|\bas that is,"
    r"|\ball that it (?:makes|does) is\b|\bdo not tell which\b|\blies there\b|\bgoes first\b"
    r"|\bmade until then\b|\bits place, and\b|\bnone of migdoctor's\b|\bdo not hold\b",
    re.MULTILINE,
)


def said(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of a module that is no docstring, with its line; formatted values as {}."""
    described = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (it.value if isinstance(it, ast.Constant) else "{}" for it in node.values)
            described |= {id(part) for part in ast.walk(node)}
            yield node.lineno, "".join(map(str, parts))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in described
        ):
            yield node.lineno, node.value


def helped(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The docstrings of commands, which are their help."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield node.lineno, ast.get_docstring(node) or ""


@pytest.mark.parametrize(
    "path", [path for path in sorted(PACKAGE.iterdir()) if path.is_dir()], ids=lambda it: it.name
)
def test_no_odd_words_are_said(path):
    found = []
    for module in path.rglob("*.py"):
        tree = package_code.tree(module)
        texts = [*said(tree), *(helped(tree) if path.name == "cli" else ())]
        found += [
            f"{module.relative_to(PACKAGE)}:{line}: {match[0]!r} in {text[:80]!r}"
            for line, text in texts
            if (match := ODD.search(text)) is not None
        ]

    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "It is mended",
        "passed over",
        "DO THIS",
        "foretold",
        "no file any more",
        "80 % alike",
        "it is no list",
        "that hangs on the rows",
        "versions one a line",
        "run from zero",
        "the text of today",
        "look which table",
        "fix it all the same",
        "set right what it says",
        "take it away",
        "option 2, give the files their old names back",
        "option {}, {}",
        "the next migrate foretells",
        "so that it is taken for done",
        "db:migrate does not mind",
        "with nothing behind it",
        "fix what it says, then run it again",
        "a migration that brings what it lacks",
    ],
)
def test_the_list_finds_what_it_should(text):
    assert ODD.search(text)
