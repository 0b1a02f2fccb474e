"""A report whose findings name the database in the commands that they tell, in every format."""

from analyzer.cli.terminal.screen import wished
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.report import Report
from analyzer.records import replace


def placed_report(report: Report) -> Report:
    """The report, the commands of its findings with the place that was typed.

    Of several environments a finding means its own, unless one repair was chosen for all.
    """
    if not report.findings:
        return report
    from analyzer.model.findings.joint_choice import JointWay

    for_all = report.joint is not None and report.joint.way is JointWay.FILES
    findings = (_placed(it, None if for_all else it.environment) for it in report.findings)
    return replace(report, findings=tuple(findings))


def placed_text(text: str, environment: str | None = None) -> str:
    """A part of a text, its commands with the place; what to set first is told where they begin."""
    if "migdoctor " not in text:
        return text
    from analyzer.cli.options.place_words import carried

    return carried(text, wished().typed, environment, noted=False)


def _placed(finding: Finding, environment: str | None) -> Finding:
    if not any("migdoctor " in text for text in (finding.what, finding.why, finding.fix)):
        return finding
    return replace(
        finding,
        what=placed_text(finding.what, environment),
        why=placed_text(finding.why, environment),
        fix=placed_text(finding.fix, environment),
    )
