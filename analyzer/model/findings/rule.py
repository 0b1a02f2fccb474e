"""Rules: what the code of a finding stands for, and how it is found."""

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.plans.gate_steps import Steps
from analyzer.records import Struct


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of finding: all that its page says.

    ``severity`` is the usual one; a finding may be milder or worse. ``why`` says what it means,
    ``fix`` what to do about it. ``bad`` is an example that gives the finding, ``good`` the same put
    right. ``found_by`` is the full name of the function that finds it. ``lets_pass`` says how the
    gate lets one pass, where that is no comment in the file that it is about; empty where nothing
    does.
    """

    code: str
    name: str  # in lower case with hyphens, for addresses of pages
    severity: Severity
    title: str
    why: str
    fix: str
    bad: str
    good: str
    found_by: str = ""
    lets_pass: str | None = None

    @property
    def explanation(self) -> str:
        """What it means, and what to do about it."""
        return f"{self.why} {self.fix}"

    def finding(
        self,
        *,
        what: str,
        why: str,
        fix: str,
        severity: Severity | None = None,
        environment: str | None = None,
        version: str | None = None,
        path: str | None = None,
        line: int | None = None,
        steps: Steps = (),
    ) -> Finding:
        """A finding of this rule; of its usual severity unless another is given."""
        return Finding(
            self.code,
            severity or self.severity,
            what,
            why,
            fix,
            environment,
            version,
            path,
            line,
            steps=steps,
        )
