"""All findings as a table in Markdown: code, title, explanation."""

from collections.abc import Iterable

from analyzer.model.findings.rule import Rule


def render(rules: Iterable[Rule]) -> str:
    """Render the table, in the order of the rules; it ends with a newline."""
    rows = [f"| {rule.code} | {rule.title} | {rule.explanation} |" for rule in rules]
    return "\n".join(
        ["| code | finding | what it means and what to do |", "|---|---|---|", *rows, ""]
    )
