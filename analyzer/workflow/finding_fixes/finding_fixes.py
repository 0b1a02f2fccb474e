"""The fix of every finding, after it was carried out in memory; what does harm is taken back."""

from collections.abc import Iterable

from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.next_steps import Action
from analyzer.model.plans.plan import InsertRow
from analyzer.records import replace
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

    def beside(self, action: Action) -> Action:
        """A repair with what is advised besides: rows to be recorded, and single files."""
        rows = tuple(InsertRow(TableRow(it)) for it in sorted(self.recorded))
        touched = {path for path, _ in action.moved}
        moved = tuple(it for one in self.others for it in one.moved if it[0] not in touched)
        removed = tuple(it for one in self.others for it in one.removed if it not in touched)
        if not (rows or moved or removed):
            return action
        return replace(
            action,
            rows=(*action.rows, *rows),
            moved=(*action.moved, *moved),
            removed=(*action.removed, *removed),
        )

    def judged(self, finding: Finding) -> Finding:
        """One finding with advice that may be given."""
        from analyzer.workflow.finding_fixes.fix_by_code import HANDLERS  # where there is a finding

        handler = HANDLERS.get(finding.code)
        found = finding if handler is None else handler(self, finding)
        return self._as_allowed(found)

    def _as_allowed(self, finding: Finding) -> Finding:
        """A note, where a comment in the migration allows it and says why."""
        file = self.file(finding.path)
        if file is None or finding.severity is not Severity.WARNING:
            return finding
        content = self.check.inference.past_files.content(file.blob)
        if b"migdoctor:allow" not in content:
            return finding
        from analyzer.analysis.gate.allowed_findings import SAME_MATTER, read_allowances

        codes = {finding.code, SAME_MATTER.get(finding.code)}
        comment = self.check.framework.language.comment
        for one in read_allowances(file.path, content, b"", comment):
            if finding.code in SAME_MATTER and one.code in codes and one.reason:
                fix = f"nothing: line {one.line} allows it: {one.reason}"
                return replace(finding, severity=Severity.NOTE, fix=fix)
        return finding
