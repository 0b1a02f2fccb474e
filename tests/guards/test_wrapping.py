"""Reports break their lines in one place, which knows wide characters and leaves commands whole."""

from tests.guards.test_words import PACKAGE

BY_THEMSELVES = {"wrapping.py"}


def test_only_one_module_of_the_reports_breaks_lines():
    modules = (PACKAGE / "report").rglob("*.py")
    breaking = {it.name for it in modules if "import textwrap" in it.read_text("utf-8")}

    assert breaking == BY_THEMSELVES
