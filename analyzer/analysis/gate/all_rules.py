"""Every code, of diagnose and of the gate, in the order in which they are documented."""

from collections.abc import Mapping

from analyzer.analysis.diagnosis.findings.registry import DIAGNOSIS_RULES
from analyzer.analysis.gate.rules.registry import GATE_RULES
from analyzer.model.findings.rule import Rule

RULES: Mapping[str, Rule] = {rule.code: rule for rule in (*DIAGNOSIS_RULES, *GATE_RULES)}
