"""A rule of the gate: a kind of finding together with the check that finds it."""

from collections.abc import Callable, Iterable

from analyzer.analysis.gate.reviewed_change import Review
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.rule import Rule

Check = Callable[[Review], Iterable[Finding]]


class GateRule(Rule, frozen=True, kw_only=True):
    """A rule with its check; rules whose findings one look gives share it."""

    check: Check
