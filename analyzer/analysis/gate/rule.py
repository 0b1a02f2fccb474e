"""A rule of the gate: a kind of finding together with the check that finds it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analyzer.analysis.gate.reviewed_change import Review
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.rule import Rule

Check = Callable[[Review], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule(Rule):
    """A rule with its check; rules whose findings one look gives share it."""

    check: Check
