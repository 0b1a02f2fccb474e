"""The gate's findings as a JUnit report: one test case each, failed unless it is a note."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from analyzer.model.core.text import visible
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import GateReport
from analyzer.report.gate.gate_words import message, verdict


def render(report: GateReport) -> str:
    """Render the report as XML that ends with a newline."""
    failed = sum(finding.severity is not Severity.NOTE for finding in report.findings)
    cases = [
        line for finding in report.findings for line in _case(finding, report.title(finding.code))
    ]
    cases = cases or [f'    <testcase classname="migdoctor" name={quoteattr(verdict(report))}/>']
    counts = f'tests="{max(len(report.findings), 1)}" failures="{failed}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="migdoctor check" {counts}>',
        f'  <testsuite name="migdoctor check" {counts}>',
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines).replace("##", "#&#35;") + "\n"  # the log of Azure obeys ##


def _case(finding: Finding, title: str) -> Iterator[str]:
    path = visible(finding.path or "")
    name = f"{finding.code} {title}: {path}"
    head = f'    <testcase classname="migdoctor.{finding.code}" name={quoteattr(name)}'
    head += f" file={quoteattr(path)}>" if path else ">"
    told = escape(message(finding))
    yield head
    if finding.severity is Severity.NOTE:
        yield f"      <system-out>{told}</system-out>"
    else:
        what = quoteattr(visible(finding.what))
        yield f'      <failure type="{finding.severity.value}" message={what}>{told}</failure>'
    yield "    </testcase>"
