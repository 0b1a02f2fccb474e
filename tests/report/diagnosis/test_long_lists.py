"""Long lists of what is nothing wrong are cut, and said to be."""

import pytest

from analyzer.model.findings.finding import Finding, Severity
from analyzer.report.diagnosis.terminal_findings import render_findings
from analyzer.report.diagnosis.terminal_layout import ScreenLayout, Style


def edited(number: int, severity: Severity) -> Finding:
    return Finding("MD106", severity, f"{number}_a.rb was edited", "it was", "leave it")


@pytest.mark.parametrize(
    ("severity", "whole", "told"),
    [
        pytest.param(Severity.NOTE, False, 10, id="notes"),
        pytest.param(Severity.NOTE, True, 60, id="notes, all of them"),
        pytest.param(Severity.WARNING, False, 60, id="warnings"),
    ],
)
def test_many_notes_of_a_kind_are_cut(severity, whole, told):
    findings = [edited(number, severity) for number in range(60)]

    text = render_findings(findings, ScreenLayout(Style(whole=whole)))

    assert text.count("was edited") == told
    assert ("and 50 more like these; -v lists them all" in text) == (told == 10)
