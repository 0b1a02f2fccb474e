"""The rules of ``check`` by their codes, for who asks what a finding means."""

from collections.abc import Mapping

from analyzer import DOCUMENTATION
from analyzer.analysis.gate.all_rules import RULES
from analyzer.errors import UsageError
from analyzer.model.findings.rule import Rule


def titles(begun: str) -> Mapping[str, str]:
    """The titles of the findings whose codes begin so."""
    return {
        code: rule.title for code, rule in RULES.items() if code.startswith(begun.strip().upper())
    }


def read_rule(text: str) -> Rule:
    """Find a rule by the code that somebody typed.

    Raises:
        UsageError: there is no such finding; the error names the nearest.
    """
    wanted = text.strip().upper()
    if wanted in RULES:
        return RULES[wanted]
    from difflib import get_close_matches

    near = get_close_matches(wanted, RULES, n=1, cutoff=0)
    raise UsageError(
        f"--explain {text}: there is no such finding",
        why="findings have codes such as MD301",
        fix=f"did you mean {near[0] if near else 'MD301'}? All of them: {DOCUMENTATION}findings/",
    )
