"""The explanation of a code, for somebody who met it in a log."""

import textwrap

from analyzer.model.findings.rule import Rule

_OF_THE_GATE = "MD3"
_ALLOW = """\
To let one pass, write a comment into the migration that it is about:
  # migdoctor:allow {code} the reason"""
_SEVERITY = """\
To change its severity, or switch it off, write into .migdoctor.toml (or below [tool.migdoctor] of \
pyproject.toml):
  severity = {{ {code} = "note" }}    # error, warning, note or off"""


def render(rule: Rule, width: int) -> str:
    """Explain one finding: what it is, what to do, and how a team sets or allows it."""
    code = rule.code
    parts = [f"{code}: {rule.title}", rule.explanation]
    if code.startswith(_OF_THE_GATE):
        parts.append(_ALLOW.format(code=code))
        parts.append(_SEVERITY.format(code=code))
    return "\n\n".join(_filled(part, width) for part in parts) + "\n"


def _filled(text: str, width: int) -> str:
    """Fill each line by itself; lines that begin with blanks are to be typed, and stay."""
    return "\n".join(
        line if line.startswith(" ") else textwrap.fill(line, width, break_on_hyphens=False)
        for line in text.split("\n")
    )
