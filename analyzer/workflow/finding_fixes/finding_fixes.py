"""The fix of every finding, after it was carried out in memory; what does harm is taken back."""

from collections.abc import Iterable

from analyzer.model.findings.finding import Finding
from analyzer.workflow.finding_fixes.finding_context import FindingContext


class FindingFixes(FindingContext, frozen=True, dict=True):
    """Judges the findings of one environment."""

    def all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, each with advice that may be given, and what the migrate runs into."""
        told = tuple(self.judged(finding) for finding in findings)
        if self.check.prediction.fails_at is not None or any(self.check.now.unannounced()):
            from analyzer.workflow.forecast.blocking_objects import Obstacles  # where there is one

            told = (*told, *Obstacles(self.check, self.recorded).findings(told))
        if not (told and self.check.inference.repository.shallow):
            return told
        from analyzer.workflow.finding_fixes.hidden_history import after_fetching, to_be_fetched

        fetch = to_be_fetched(self.check.inference.repository, self.check.diagnosis)
        return tuple(after_fetching(it, fetch) for it in told) if fetch else told

    def judged(self, finding: Finding) -> Finding:
        """One finding with advice that may be given."""
        from analyzer.workflow.finding_fixes.fix_by_code import HANDLERS  # where there is a finding

        handler = HANDLERS.get(finding.code)
        return finding if handler is None else handler(self, finding)
