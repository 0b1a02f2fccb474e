"""Every place that prints advice passes the law: plans, findings, next steps, advise."""

import ast
import re
from pathlib import Path

import pytest

import analyzer
from analyzer.model.findings.finding import CODES
from analyzer.workflow.advice.finding_advice import HANDLERS, UNJUDGED

PACKAGE = Path(analyzer.__file__).parent
MADE_BY_THE_LAW = {"MD130", "MD131"}
# What a person could do to rows or files because a text says so.
ADVICE = re.compile(
    r"\b(insert|delete|remove|renumber|let it run|bring\w* (it|the file) back|record its row|"
    r"(new|own|free) version|old name|rewrite|rename-back|rebuild|recover full)\b"
)
PLANNERS = {
    "plan_rewrite": {"workflow/repair/repairs.py"},
    "plan_rename_back": {"workflow/repair/repairs.py"},
    "plan_combined": {"workflow/repair/repairs.py"},
    "plan_recorded": {"workflow/repair/recorded_repair.py"},
    "foretell_from_zero": {"workflow/forecast/rebuilding.py"},
    "why_no_rebuild": {"workflow/forecast/advice_check.py"},
}
JUDGED = "its findings pass workflow/advice/finding_advice.py"
# Modules of what diagnose and advise print that use such words, and why that is right.
SPEAKERS = {
    "analysis/diagnosis/row_findings.py": JUDGED,
    "analysis/diagnosis/file_findings.py": JUDGED,
    "analysis/diagnosis/attestation_findings.py": JUDGED,
    "analysis/diagnosis/edit_findings.py": JUDGED,
    "analysis/diagnosis/schema_file_findings.py": "about the schema file, which no migrate reads",
    "analysis/advice/advice.py": "ways that were judged, or steps of the counsel",
    "analysis/advice/advice_commands.py": "commands of ways that were judged",
    "analysis/repair/row_repair.py": "a plan's notes, which repairs.py judges",
    "analysis/repair/rename_back_names.py": "a plan's notes, which repairs.py judges",
    "analysis/repair/combined_repair.py": "a plan's notes, which repairs.py judges",
    "report/diagnosis/terminal_steps.py": "prints the counsel",
    "report/advice/advice_text.py": "prints what analysis/advice/advice.py says",
    "workflow/advice/finding_advice.py": "the law's own words",
    "workflow/forecast/blocking_objects.py": "the law's own words",
}


def calls(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
    return found


def texts(path: Path) -> list[str]:
    """The strings of a module, docstrings apart."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
    ]


def test_every_finding_of_diagnose_is_judged_or_changes_nothing():
    codes = {code for code in CODES if not code.startswith("MD3")}

    assert HANDLERS.keys() | UNJUDGED | MADE_BY_THE_LAW == codes
    assert not HANDLERS.keys() & UNJUDGED


@pytest.mark.parametrize("planner", PLANNERS)
def test_no_plan_is_made_past_the_law(planner):
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if planner in calls(path)
    }

    assert users == PLANNERS[planner]


def test_every_module_that_gives_advice_on_a_database_is_known():
    rooms = ("analysis", "workflow", "report")
    speaking = {
        path.relative_to(PACKAGE).as_posix()
        for room in rooms
        for path in (PACKAGE / room).rglob("*.py")
        if any("fix" in text or "do not" in text or "give" in text for text in texts(path))
        and any(ADVICE.search(text) for text in texts(path))
        and not path.name.startswith(("gate", "check"))
    }

    assert speaking <= SPEAKERS.keys()


def test_what_diagnose_concludes_passes_the_law():
    assert "counselled" in calls(PACKAGE / "workflow" / "build_report.py")
    assert "StepsPart" in calls(PACKAGE / "report" / "diagnosis" / "terminal.py")
