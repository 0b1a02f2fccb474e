"""Every place that prints advice is checked: plans, findings, next steps, advise."""

import ast
import re
from pathlib import Path

import pytest

import analyzer
from analyzer.analysis.gate.all_rules import RULES
from analyzer.workflow.finding_fixes.fix_by_code import HANDLERS
from tests.guards.package_code import nodes

PACKAGE = Path(analyzer.__file__).parent
MADE_BY_THE_CHECK = {"MD130", "MD131"}
# Findings whose advice changes neither a row nor a file that a migrate would then run.
UNJUDGED = {
    *("MD102", "MD107", "MD112", "MD114", "MD120", "MD121", "MD125", "MD126"),
    *("MD132", "MD133", "MD134", "MD135", "MD136", "MD137", "MD138", "MD139"),
    *("MD127", "MD128", "MD129", "MD201", "MD202", "MD203", "MD204", "MD205", "MD206"),
}
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
    "predict_from_zero": {"workflow/forecast/rebuilding.py"},
    "why_no_rebuild": {"workflow/forecast/fix_check.py"},
}
JUDGED = "its findings pass workflow/finding_fixes/finding_fixes.py"
# Modules of what diagnose and advise print that use such words, and why that is right.
SPEAKERS = {
    "analysis/diagnosis/findings": JUDGED,
    "analysis/diagnosis/joined_reports.py": "the way that joint_choice.py carried out everywhere",
    "analysis/advice/option_rating.py": "ways that were judged, or recommended steps",
    "analysis/advice/repair_path.py": "steps of ways that were judged",
    "analysis/advice/joint_plan.py": "the way that joint_choice.py carried out everywhere",
    "analysis/advice/option_commands.py": "commands of ways that were judged",
    "analysis/repair/row_plan.py": "a plan's notes, which repairs.py judges",
    "analysis/repair/rename_back_names.py": "a plan's notes, which repairs.py judges",
    "analysis/repair/combined_plan.py": "a plan's notes, which repairs.py judges",
    "report/diagnosis/terminal_steps.py": "prints the recommendations",
    "report/graph/graph_text.py": "the row of a file that order_fix.py renames; rewrite judges it",
    "report/page/what_to_do.py": "prints what analysis/advice/option_rating.py says",
    "report/page/verdict.py": "names the way that was advised, and those that were judged harmful",
    "report/repair/fleet_text.py": "tells how a plan that was judged was carried out",
    "report/advice/advice_text.py": "prints what analysis/advice/option_rating.py says",
    "workflow/repair/taken_upstream.py": "names the other way; repairs.py judges it",
    "workflow/order/order_fix.py": "what is left to a person where no order could be restored",
    "workflow/finding_fixes/catalog_fixes.py": "words of the check itself",
    "workflow/finding_fixes/file_fixes.py": "words of the check itself",
    "workflow/finding_fixes/renamed_fixes.py": "words of the check itself",
    "workflow/next_steps/recorded_names.py": "the rewrite that next_steps.py judged",
    "workflow/forecast/blocking_objects.py": "words of the check itself",
}


def calls(path: Path) -> set[str]:
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
    return found


def texts(path: Path) -> list[str]:
    """The strings of a module, docstrings apart."""
    documented = {
        id(node.body[0].value)
        for node in nodes(path)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
    ]


def speaker_of(path: Path) -> str:
    """A module, or the folder of the findings, of which there are many alike."""
    place = path.relative_to(PACKAGE)
    return (place.parent if place.parent.name == "findings" else place).as_posix()


def test_every_finding_of_diagnose_is_judged_or_changes_nothing():
    codes = {code for code in RULES if not code.startswith("MD3")}

    assert HANDLERS.keys() | UNJUDGED | MADE_BY_THE_CHECK == codes
    assert not HANDLERS.keys() & UNJUDGED


@pytest.mark.parametrize("planner", PLANNERS)
def test_no_plan_is_made_past_the_check(planner):
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if planner in calls(path)
    }

    assert users == PLANNERS[planner]


def test_every_module_that_gives_advice_on_a_database_is_known():
    rooms = ("analysis", "workflow", "report")
    speaking = {
        speaker_of(path)
        for room in rooms
        for path in (PACKAGE / room).rglob("*.py")
        if any("fix" in text or "do not" in text or "give" in text for text in texts(path))
        and any(ADVICE.search(text) for text in texts(path))
        and not path.name.startswith(("gate", "check"))
        and not path.is_relative_to(PACKAGE / "analysis" / "gate")
    }

    assert speaking <= SPEAKERS.keys()


def test_what_diagnose_concludes_passes_the_law():
    assert "recommend" in calls(PACKAGE / "workflow" / "build_report.py")
    assert "numbered_steps" in calls(PACKAGE / "report" / "diagnosis" / "terminal.py")
