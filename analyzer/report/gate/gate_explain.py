"""The page of a code, for somebody who met it in a log."""

import json
from collections.abc import Iterable

from analyzer.model.findings.rule import Rule
from analyzer.model.words.glossary import GLOSSARY
from analyzer.report.wrapping import filled

_OF_THE_GATE = "MD3"
_ALLOW = """\
To let one pass, write a comment with your reason into the migration that it is about:
  # migdoctor:allow {code} the reason"""
_SEVERITY = """\
To change its severity, or switch it off, write into .migdoctor.toml (or below [tool.migdoctor] of \
pyproject.toml):
  severity = {{ {code} = "note" }}    # error, warning, note or off"""


def render(rule: Rule, width: int) -> str:
    """Explain one finding: what it is, why, what to do, and how a team sets or allows it."""
    code = rule.code
    parts = [
        f"{code}: {rule.title} ({rule.severity.value})",
        f"Why: {rule.why}",
        f"What to do: {rule.fix}",
        f"An example:\n{_typed(rule.bad)}\n\nThe same, fixed:\n{_typed(rule.good)}",
    ]
    if code.startswith(_OF_THE_GATE):
        allowed = _ALLOW.format(code=code) if rule.lets_pass is None else rule.lets_pass
        parts += [allowed] if allowed else []
        parts.append(_SEVERITY.format(code=code))
    return "\n\n".join(_filled(part, width) for part in parts) + "\n"


def render_term(entry: str, width: int) -> str:
    """Say what a word of the glossary means."""
    return _filled(f"{entry}: {GLOSSARY[entry]}", width) + "\n"


def render_term_json(entry: str) -> str:
    """The same as JSON."""
    return json.dumps({"format": 1, "word": entry, "meaning": GLOSSARY[entry]}, indent=2) + "\n"


def render_list(rules: Iterable[Rule], width: int) -> str:
    """List the codes, a line each."""
    lines = (f"{rule.code}  {rule.severity.value:7}  {rule.title}" for rule in rules)
    told = [filled(line, width, rest=" " * 16) for line in lines]
    words = filled(f"Words: {'; '.join(GLOSSARY)}.", width, rest=" " * 7)
    end = "migdoctor explain says more about a code or a word."
    return "\n".join([*told, "", words, "", end, ""])


def render_json(rule: Rule) -> str:
    """Say the same of one finding as JSON."""
    return json.dumps({"format": 1, **_page(rule)}, indent=2) + "\n"


def render_list_json(rules: Iterable[Rule]) -> str:
    """Say the same of all findings as JSON."""
    return json.dumps({"format": 1, "rules": [_page(rule) for rule in rules]}, indent=2) + "\n"


def _page(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "what": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "example": {"bad": rule.bad, "good": rule.good},
    }


def _typed(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.split("\n"))


def _filled(text: str, width: int) -> str:
    """Fill each line by itself; lines that begin with blanks are to be typed, and stay."""
    return "\n".join(
        line if line.startswith(" ") else filled(line, width) for line in text.split("\n")
    )
