"""Every code has one rule: complete, found where it says, and documented as it stands."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import analyzer
from analyzer.analysis.diagnosis.findings.registry import DIAGNOSIS_RULES
from analyzer.analysis.gate.all_rules import RULES
from analyzer.analysis.gate.rules.registry import ABOUT_MERGED, ABOUT_NEW, GATE_RULES
from tests.guards.package_code import nodes

PACKAGE = Path(analyzer.__file__).parent
PLACES = (PACKAGE / "analysis/gate/rules", PACKAGE / "analysis/diagnosis/findings")
CODE = re.compile(r"MD[1-9]\d\d")


def test_no_code_and_no_name_is_given_twice():
    rules = (*DIAGNOSIS_RULES, *GATE_RULES)

    assert len({rule.code for rule in rules}) == len(rules) == len(RULES)
    assert len({rule.name for rule in rules}) == len(rules)
    assert len({rule.title for rule in rules}) == len(rules)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_has_all_that_its_page_needs(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.title
    assert rule.explanation.endswith(".")
    assert rule.bad.strip()
    assert rule.good.strip()
    assert rule.bad != rule.good


@pytest.mark.parametrize("rule", DIAGNOSIS_RULES, ids=lambda rule: rule.code)
def test_the_function_that_finds_it_is_where_the_rule_says(rule):
    parts = rule.found_by.split(".")
    at = next(at for at in range(len(parts), 0, -1) if _is_module(".".join(parts[:at])))
    found = importlib.import_module(".".join(parts[:at]))
    for name in parts[at:]:
        found = getattr(found, name)

    assert callable(found)


def _is_module(name: str) -> bool:
    return (PACKAGE.parent / f"{name.replace('.', '/')}.py").exists()


@pytest.mark.parametrize("rule", GATE_RULES, ids=lambda rule: rule.code)
def test_a_rule_of_the_gate_lies_beside_its_check(rule):
    text = (PACKAGE.parent / f"{rule.check.__module__.replace('.', '/')}.py").read_text("utf-8")

    assert f'code="{rule.code}"' in text
    assert rule.code in text.partition("\n")[0] or " to " in text.partition("\n")[0]


def test_every_rule_of_the_gate_is_checked_once():
    checked = [rule for step in (*ABOUT_MERGED, *ABOUT_NEW) for rule in step]

    assert sorted(rule.code for rule in checked) == [rule.code for rule in GATE_RULES]


def test_no_code_stands_outside_its_rule():
    """A code is written in its rule; others name the rule."""
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.parent not in PLACES
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    }

    assert users <= {
        "services/gate/explain.py",  # the code that stands for any, where there is none like it
        "report/diagnosis/terminal_findings.py",  # knows data only
    }


def test_what_diagnoses_does_not_load_the_rules_of_the_gate():
    code = "import sys, analyzer.workflow.build_report; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not [name for name in loaded if name.split(".")[1:3] == ["analysis", "gate"]]
    assert "analyzer.analysis.diagnosis.findings.renamed" in loaded
    assert "analyzer.analysis.diagnosis.findings.registry" not in loaded
