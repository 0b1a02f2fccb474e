"""The gate's findings as SARIF 2.1.0, which code scanning reads.

Source: docs.oasis-open.org/sarif/sarif/v2.1.0.
"""

import os
import re
from typing import Any
from urllib.parse import quote

from analyzer import __version__
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.gate.gate import Allowed, GateReport
from analyzer.report.gate.addresses import home, page_of
from analyzer.report.gate.gate_words import as_json, fingerprint, message

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_LINKING = re.compile(r"([\\\[\]])")  # a message may hold links in brackets (3.11.6)


def render(report: GateReport) -> str:
    """Render the report as a SARIF log that ends with a newline."""
    codes = [rule.code for rule in report.rules]
    results = [_result(each, codes) for each in report.findings]
    results += [_suppressed(each, codes) for each in report.allowed]
    driver = {
        "name": "migdoctor",
        "version": __version__,
        **_if_any("informationUri", home()),
        "rules": [_rule(rule) for rule in report.rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_json(document)


def _rule(rule: Rule) -> dict[str, Any]:
    name = "".join(re.sub(r"\W", "", word).capitalize() for word in rule.title.split())
    told, typed = rule.explanation, f"migdoctor explain {rule.code}"
    marked = f"**{rule.code}: {rule.title}**\n\n{told}"
    return {
        "id": rule.code,
        "name": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": told},
        **_if_any("helpUri", page_of(rule.code)),
        "help": {"text": f"{told} ({typed})", "markdown": f"{marked}\n\n`{typed}`"},
    }


def _if_any(key: str, address: str | None) -> dict[str, str]:
    return {} if address is None else {key: address}


def _result(finding: Finding, codes: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": _LINKING.sub(r"\\\1", message(finding))},
        "partialFingerprints": {"migdoctor/v1": fingerprint(finding)},
    }
    if finding.path is not None:
        place = {
            "artifactLocation": {"uri": _uri(finding.path), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": finding.line or 1},
        }
        result["locations"] = [{"physicalLocation": place}]
    return result


def _suppressed(allowed: Allowed, codes: list[str]) -> dict[str, Any]:
    """Write a finding that the team allows, with the reason; viewers show it as suppressed."""
    told = _LINKING.sub(r"\\\1", f"{allowed.reason} ({allowed.place})")
    why = {"kind": "inSource", "justification": told.encode("utf-8", "replace").decode()}
    return {**_result(allowed.finding, codes), "suppressions": [why]}


def _uri(path: str) -> str:
    return quote(os.fsencode(path))
