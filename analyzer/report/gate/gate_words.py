"""Words that all voices of the gate share, and texts that no log takes for a command."""

import json
import re
from collections.abc import Iterable
from typing import Any

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import GateReport
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.gate.addresses import page_of

_COMMAND = re.compile(r"(?:^|(?<=[\s'\"`(]))::")  # GitHub's, at the beginning of a line


def tame(text: str) -> str:
    """A text on one line that the log of a CI system shows and does not obey.

    GitHub obeys ``::`` at the beginning of a line, Azure and TeamCity ``##`` anywhere.
    """
    return _COMMAND.sub(r"\\x3a:", visible(text)).replace("##", r"#\x23")


def verdict(report: GateReport) -> str:
    """The outcome in one sentence."""
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = sum(finding.severity is Severity.WARNING for finding in report.findings)
    if report.blocks:
        parts = [count(errors, "error")] if errors else []
        parts += [count(warnings, "warning")] if warnings else []
        meant = "commit" if report.staged else "merge"
        return f"{' and '.join(parts)}: do not {meant} this change as it is."
    if report.same:
        return "Nothing was compared: the change and its base are one commit."
    if not report.directories:
        return "No migration is touched by this change."
    return "This change does no harm to merged migrations."


def commands(findings: Iterable[Finding]) -> list[str]:
    """List the commands that fix the findings, each once, in an order in which they can be run."""
    return list(dict.fromkeys(each.command for each in findings if each.command is not None))


def fix_commands(findings: Iterable[Finding]) -> list[str]:
    """The commands for what shuts the gate."""
    return commands(each for each in findings if each.severity is not Severity.NOTE)


def fingerprint(finding: Finding) -> str:
    """The same for the same finding in every run, whatever line it is in."""
    import hashlib  # with the whole of OpenSSL, which the other voices do not need

    told = "\0".join((finding.code, finding.path or "", finding.version or "", finding.what))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def page_line(code: str) -> list[str]:
    """Where more is said about a finding; nothing where its code is none of the documented."""
    return (
        [f"more: {page_of(code) or f'migdoctor explain {code}'}"] if code.startswith("MD") else []
    )


def message(finding: Finding) -> str:
    """What, why and how to fix, as lines."""
    lines = [finding.what, f"why: {finding.why}", f"fix: {finding.fix}"]
    if finding.command is not None:
        lines.append(f"run: {finding.command}")
    return "\n".join(map(tame, [*lines, *page_line(finding.code)]))


def as_json(document: Any) -> str:  # noqa: ANN401  whatever JSON can hold
    """A JSON text that ends with a newline, and holds nothing that a log takes for a command."""
    return json.dumps(document, indent=2).replace("##", r"#\u0023") + "\n"
