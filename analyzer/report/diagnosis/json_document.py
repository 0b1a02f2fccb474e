"""The report as JSON, format 1."""

import json
from collections.abc import Iterable
from typing import Any

from analyzer import __version__
from analyzer.model.core.deployment import Deployed
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import (
    FileAmbiguous,
    FilePending,
    FileRenamed,
    FileVerdict,
    RowDeleted,
    RowOrphaned,
    RowReused,
)
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.rename import Confidence, Rename
from analyzer.model.findings.report import EnvironmentReport, Report, RepositoryFacts
from analyzer.report.diagnosis.prediction_json import attestation_document, prediction_document

Json = dict[str, Any]


def render(report: Report) -> str:
    """Render the report as one JSON document; text that is not UTF-8 comes out escaped."""
    return json.dumps(document(report), indent=2, ensure_ascii=True) + "\n"


def document(report: Report) -> Json:
    """The document as plain values."""
    verdicts = _Lists(report)
    return {
        "format": 1,
        "tool": {"name": "migdoctor", "version": __version__},
        "repository": _repository(report.repository),
        "environments": [_environment(environment) for environment in report.environments],
        "renames": verdicts.renames(),
        "deleted": verdicts.deleted(),
        "reused": verdicts.reused(),
        "slug_changed": verdicts.slug_changed(),
        "edited": verdicts.edited(),
        "orphans": verdicts.orphans(),
        "pending": verdicts.pending(),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _repository(facts: RepositoryFacts) -> Json:
    return {
        "path": facts.path,
        "ref": facts.files.ref,
        "commit": facts.files.commit,
        "directories": list(facts.files.directories),
        "framework": facts.framework,
        "shallow": facts.shallow,
    }


def _environment(environment: EnvironmentReport) -> Json:
    table = environment.table
    return {
        "name": table.environment,
        "source": table.source,
        "place": table.place,
        "named_by": table.named_by,
        "applied": table.count,
        "notes": list(table.notes),
        "deployed": _deployed(environment.deployed),
        "prediction": prediction_document(
            environment.prediction, environment.recommendations.runs_again
        ),
        "attestation": attestation_document(environment.attestation),
    }


def _deployed(deployed: Deployed | None) -> Json | None:
    if deployed is None:
        return None
    return {
        "commit": deployed.commit,
        "how": deployed.how.value,
        "exact": deployed.exact,
        "missing": [version.text for version in deployed.missing],
        "extra": [version.text for version in deployed.extra],
        "ref": deployed.ref,
        "rivals": list(deployed.rivals),
    }


def _finding(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "environment": finding.environment,
        "version": finding.version,
        "path": finding.path,
        "line": finding.line,
        "what": finding.what,
        "why": finding.why,
        "fix": finding.fix,
    }


def _file(file: MigrationFile) -> Json:
    return {"version": file.version.text, "name": file.name.slug, "path": file.path}


class _Lists:
    """The lists of the document: over all environments, each entry once."""

    def __init__(self, report: Report) -> None:
        self.environments = report.environments

    def renames(self) -> list[Json]:
        by_pair: dict[tuple[str, str], Rename] = {}
        status: dict[tuple[str, str], dict[str, str]] = {}
        for environment in self.environments:
            verdicts = {verdict.file.path: verdict for verdict in environment.diagnosis.files}
            for rename in environment.diagnosis.renames:
                pair = (rename.old.path, rename.new.path)
                by_pair.setdefault(pair, rename)
                name = environment.table.environment
                status.setdefault(pair, {})[name] = _standing_of(
                    rename, verdicts.get(rename.new.path)
                )
        return [_rename(rename, status[pair]) for pair, rename in by_pair.items()]

    def deleted(self) -> list[Json]:
        return _once(
            _file(row.last_seen.file) | {"last_commit": row.last_seen.commit}
            for environment in self.environments
            for row in environment.diagnosis.rows
            if isinstance(row, RowDeleted)
        )

    def reused(self) -> list[Json]:
        return _once(
            {
                "version": row.row.version.text,
                "applied_as": {"name": row.ran.name.slug, "path": row.ran.path},
                "now": {"name": row.now.name.slug, "path": row.now.path},
            }
            for environment in self.environments
            for row in environment.diagnosis.rows
            if isinstance(row, RowReused)
        )

    def slug_changed(self) -> list[Json]:
        return _once(
            {
                "version": change.new.version.text,
                "old_path": change.old.path,
                "new_path": change.new.path,
            }
            for environment in self.environments
            for change in environment.diagnosis.name_changes
        )

    def edited(self) -> list[Json]:
        return _once(
            {
                "version": edit.new.version.text,
                "path": edit.new.path,
                "effects_changed": edit.effects_changed,
            }
            for environment in self.environments
            for edit in environment.diagnosis.edits
        )

    def orphans(self) -> list[str]:
        return list(
            dict.fromkeys(
                row.row.version.text
                for environment in self.environments
                for row in environment.diagnosis.rows
                if isinstance(row, RowOrphaned) and row.elsewhere is None
            )
        )

    def pending(self) -> list[Json]:
        return _once(
            _file(verdict.file)
            for environment in self.environments
            for verdict in environment.diagnosis.files
            if isinstance(verdict, FilePending)
        )


def _once(entries: Iterable[Json]) -> list[Json]:
    seen: dict[str, Json] = {}
    for entry in entries:
        seen.setdefault(json.dumps(entry, sort_keys=True), entry)
    return list(seen.values())


def _rename(rename: Rename, status: dict[str, str]) -> Json:
    return {
        "old": _file(rename.old) | ({"name": None, "path": None} if rename.supposed else {}),
        "new": _file(rename.new),
        "confidence": rename.confidence.value,
        "similarity": rename.similarity,
        "evidence": [
            {"kind": evidence.kind.value, "detail": evidence.detail, "commit": evidence.commit}
            for evidence in rename.evidence
        ],
        "environments": status,
        "renamed_in": [
            {
                "commit": done.commit,
                "author": done.author,
                "date": done.date.isoformat(),
                "subject": done.subject,
            }
            for done in rename.renamed_in
        ],
    }


def _standing_of(rename: Rename, verdict: FileVerdict | None) -> str:
    """Whether the migration ran here under its old version: applied, both, not-applied, unknown.

    ``verdict`` is that on the file of today.
    """
    if rename.confidence is Confidence.AMBIGUOUS or isinstance(verdict, FileAmbiguous):
        return "unknown"
    if not isinstance(verdict, FileRenamed) or verdict.rename != rename or verdict.old_row is None:
        return "not-applied"
    return "both" if verdict.new_row is not None else "applied"
