"""One page for each finding, and one that lists them."""

from collections.abc import Iterable
from textwrap import indent

from analyzer.model.findings.rule import Rule
from analyzer.report.diagnosis.findings_table import render

_HEAD = """\
# Findings

Errors and warnings make `diagnose` and `check` exit with 1; notes do not. Codes that begin with
MD3 are those of `check`. `migdoctor explain MD301` prints the page of a finding.

"""


def findings_page(rules: Iterable[Rule]) -> str:
    """Render the table of all, each with a link to its own page."""
    rules = list(rules)
    table = render(rules)
    for rule in rules:
        table = table.replace(f"| {rule.code} |", f"| [{rule.code}]({rule.code}.md) |", 1)
    return _HEAD + table


def finding_page(rule: Rule) -> str:
    """Render one: what it is, what to do, and an example of both sides."""
    severity = rule.severity.value if hasattr(rule.severity, "value") else rule.severity
    return f"""\
# {rule.code}: {rule.title}

Usually {_article(severity)} **{severity}**; `{rule.name}`.

## What it means

{rule.why}

## What to do

{rule.fix}

## An example

Gives the finding:

{indent(rule.bad.strip(chr(10)), "    ")}

The same, fixed:

{indent(rule.good.strip(chr(10)), "    ")}

[All findings](index.md)
"""


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
