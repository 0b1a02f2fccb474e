"""The fix of every finding, after it was carried out in memory; what does harm is taken back."""

from collections.abc import Iterable

from analyzer.model.findings.finding import Finding
from analyzer.workflow.finding_fixes.finding_context import FindingContext


class FindingFixes(FindingContext, frozen=True, dict=True):
    """Judges the findings of one environment."""

    def all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, each with advice that may be given, and what the migrate runs into."""
        told = tuple(self.judged(finding) for finding in findings)
        if self.check.prediction.fails_at is None and not any(self.check.now.unannounced()):
            return told
        from analyzer.workflow.forecast.blocking_objects import Obstacles  # where there is one

        return (*told, *Obstacles(self.check, self.recorded).findings(told))

    def judged(self, finding: Finding) -> Finding:
        """One finding with advice that may be given."""
        from analyzer.workflow.finding_fixes.fix_by_code import HANDLERS  # where there is a finding

        handler = HANDLERS.get(finding.code)
        return finding if handler is None else handler(self, finding)
