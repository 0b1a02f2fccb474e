"""The rules by their codes, for whoever asks what a finding means."""

from collections.abc import Mapping

from analyzer.analysis.gate.all_rules import RULES
from analyzer.errors import UsageError
from analyzer.model.findings.rule import Rule
from analyzer.model.words.glossary import GLOSSARY

_MISREAD = str.maketrans("OIL", "011")  # letters that are taken for digits


def titles(begun: str) -> Mapping[str, str]:
    """The titles of the findings whose codes begin so."""
    return {
        code: rule.title for code, rule in RULES.items() if code.startswith(begun.strip().upper())
    }


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by its code."""
    return tuple(sorted(RULES.values(), key=lambda rule: rule.code))


def read_term(text: str) -> str | None:
    """Find the entry of the glossary that a word, in whatever number and case, belongs to."""
    wanted = " ".join(text.lower().split())
    for entry in GLOSSARY:
        words = {entry, *entry.split(", ")}
        if {wanted, wanted.removesuffix("s")} & (words | {it.removesuffix("s") for it in words}):
            return entry
    return None


def read_rule(text: str) -> Rule:
    """Find a rule by the code that somebody typed.

    Raises:
        UsageError: there is no such finding; the error names the nearest.
    """
    wanted = text.strip().upper()
    if wanted in RULES:
        return RULES[wanted]
    from difflib import get_close_matches

    words = get_close_matches(text.strip().lower(), GLOSSARY, n=1)
    near = words or get_close_matches(wanted.translate(_MISREAD), RULES, n=1, cutoff=0)
    meant = near[0] if near else "MD301"
    raise UsageError(
        f"there is no finding {text}",
        why="findings have codes such as MD301, and this is not a word of the glossary either",
        fix=f"did you mean {meant}? migdoctor explain lists all of them",
    )
