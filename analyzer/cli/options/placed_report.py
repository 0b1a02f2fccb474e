"""A report whose findings name the database in the commands that they tell, in every format."""

from typing import TYPE_CHECKING

from analyzer.cli.terminal.screen import wished
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.report import Report
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.model.findings.advice import Advice, AdviceForAll


def placed_report(report: Report) -> Report:
    """The report, the commands of its findings with the place that was typed.

    Of several environments a finding means its own; where files get old names once for all, one
    of those whose moves do it.
    """
    if not report.findings:
        return report
    from analyzer.model.findings.joint_choice import JointWay

    joint = report.joint
    movers = joint.mend if joint is not None and joint.way is JointWay.FILES else ()
    findings = (
        _placed(it, movers[0] if movers and it.environment not in movers else it.environment)
        for it in report.findings
    )
    return replace(report, findings=tuple(findings))


def placed_advice(advice: "AdviceForAll") -> "AdviceForAll":
    """The advice; of several environments, what is told of each names it."""
    if advice.joint is None:
        return advice
    return replace(advice, advices=tuple(map(_of_its_own, advice.advices)))


def _of_its_own(advice: "Advice") -> "Advice":
    here = advice.situation
    told = tuple(placed_text(it, here.environment) for it in here.told)
    return replace(advice, situation=replace(here, told=told))


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
