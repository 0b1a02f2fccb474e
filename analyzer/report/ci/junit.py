"""Findings as a JUnit report: one test case each."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from analyzer.model.findings.finding import Finding
from analyzer.model.words.text import visible
from analyzer.report.ci.announcement import Announcement
from analyzer.report.gate.gate_words import message


def render(announced: Announcement) -> str:
    """Render the report as XML that ends with a newline."""
    findings = announced.findings
    failed = sum(map(announced.fails, findings))
    several = len({it.environment for it in findings} - {None}) > 1
    cases = [line for it in findings for line in _case(it, announced, several=several)]
    cases = cases or [
        f'    <testcase classname="migdoctor" name={quoteattr(visible(announced.outcome))}/>'
    ]
    counts = f'tests="{max(len(findings), 1)}" failures="{failed}" errors="0"'
    about = "; ".join(announced.judged)
    name = visible(f"{announced.command}: {about}" if about else announced.command)
    suite = f"name={quoteattr(name)} {counts}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {suite}>",
        f"  <testsuite {suite}>",
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines).replace("##", "#&#35;") + "\n"  # the log of Azure obeys ##


def _case(finding: Finding, announced: Announcement, *, several: bool) -> Iterator[str]:
    """One case; class and name together are its own, so that no system takes two for one."""
    path = visible(finding.path or "")
    subject = path or visible(finding.version or finding.environment or "")
    name = f"{finding.code} {announced.title(finding.code)}: {subject}"
    where = f"{finding.environment}." if several and finding.environment is not None else ""
    kind = quoteattr(visible(f"migdoctor.{where}{finding.code}"))
    head = f"    <testcase classname={kind} name={quoteattr(name)}"
    head += f" file={quoteattr(path)}>" if path else ">"
    told = escape(message(finding))
    yield head
    if announced.fails(finding):
        what = quoteattr(visible(finding.what))
        yield f'      <failure type="{finding.severity.value}" message={what}>{told}</failure>'
    else:
        yield f"      <system-out>{told}</system-out>"
    yield "    </testcase>"
