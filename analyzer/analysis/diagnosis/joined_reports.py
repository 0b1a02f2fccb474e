"""Several environments' reports as one."""

from collections import Counter
from collections.abc import Sequence

from analyzer.analysis.diagnosis.rename_matrix import build_matrix
from analyzer.model.findings.across import UnreadEnvironment, as_asked_for
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.report import Report, RepositoryFacts
from analyzer.records import replace

_WAYS = {  # the command of each, and the fix that is right where it was chosen for all
    JointWay.FILES: (
        "rename-back",
        "give the file its old name (migdoctor rename-back), once for all environments",
    ),
    JointWay.ROWS: ("rewrite", "give the row its new version (migdoctor rewrite)"),
}


def join_reports(
    facts: RepositoryFacts, reports: Sequence[Report], unread: Sequence[UnreadEnvironment]
) -> Report:
    """Join the reports of one environment each; what is about the repository is told once.

    Args:
        facts: about the repository, for where no environment could be read.
        reports: of those that were.
        unread: environments that could not be read.
    """
    environments = tuple(one for report in reports for one in report.environments)
    diagnoses = {one.table.environment: one.diagnosis for one in environments}
    names = [
        it.name if isinstance(it, UnreadEnvironment) else it
        for it in as_asked_for([*diagnoses], unread)
    ]
    return Report(
        _facts(reports) if reports else facts,
        environments,
        tuple(_findings(reports)),
        build_matrix(diagnoses, names),
        tuple(unread),
    )


def _findings(reports: Sequence[Report]) -> list[Finding]:
    """All findings, each environment's together; those about the repository first, each once."""
    told = [finding for report in reports for finding in report.findings]
    common = dict.fromkeys(it for it in told if it.environment is None)
    return [*common, *(it for it in told if it.environment is not None)]


def _facts(reports: Sequence[Report]) -> RepositoryFacts:
    """Those of the application that most environments belong to."""
    folders = Counter(report.repository.files.directories for report in reports)
    most = max(folders.values())
    chosen = min(folder for folder, number in folders.items() if number == most)
    found = [it.repository for it in reports if it.repository.files.directories == chosen]
    others = {folder for it in folders if it != chosen for folder in it}
    known = {*found[0].other_applications, *others}
    return replace(found[0], other_applications=tuple(sorted(known)))


def with_joint_way(finding: Finding, joint: JointChoice) -> Finding:
    """The finding with a fix that is right for all environments, not for its own alone.

    A fix that names the other way, or both, would be right only if there were no others.
    """
    other = {JointWay.FILES: JointWay.ROWS, JointWay.ROWS: JointWay.FILES}.get(joint.way)
    if other is None or f"migdoctor {_WAYS[other][0]}" not in _spelled(finding.fix):
        return finding
    command, fix = _WAYS[joint.way]
    if command not in finding.fix:
        fix = "nothing for this environment alone"
    because = f" ({joint.because[0]})" if joint.because else ""
    return replace(finding, fix=f"{fix}{because}")


def _spelled(fix: str) -> str:
    """A fix with each command in full: "rewrite or rename-back" names two."""
    return fix.replace(" or rename-back", " or migdoctor rename-back")
