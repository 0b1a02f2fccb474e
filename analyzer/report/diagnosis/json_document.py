"""The report as JSON, format 1."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from analyzer import __version__
from analyzer.model.core.deployment import Deployed
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.across import RecordedName, RenameAcross
from analyzer.model.findings.diagnosis import (
    FilePending,
    RowDeleted,
    RowOrphaned,
    RowReused,
)
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.report import EnvironmentReport, Report, RepositoryFacts
from analyzer.model.plans.repair_journal import fingerprint
from analyzer.report.diagnosis.prediction_json import attestation_document, prediction_document
from analyzer.report.unread_json import entries

Json = dict[str, Any]
# whether the migration ran under its old version; it is known under which it is recorded besides
_APPLIED = {
    RecordedName.OLD: "applied",
    RecordedName.BOTH: "both",
    RecordedName.NEW: "not-applied",
    RecordedName.NONE: "not-applied",
    RecordedName.UNKNOWN: "unknown",
}


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
        "environments": entries(report.environments, _environment, report.unread),
        "renames": [_rename(it) for it in report.renames],
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
        "engine": environment.engine,
        "place": table.place,
        "named_by": table.named_by,
        "read_at": environment.read_at.isoformat(timespec="seconds")
        if environment.read_at
        else None,
        "fingerprint": fingerprint(sorted(row.version.text for row in table.rows)),
        "applied": table.count,
        "notes": list(table.notes),
        "deployed": _deployed(environment.deployed),
        "prediction": prediction_document(
            environment.prediction, environment.next_steps.runs_again
        ),
        "attestation": attestation_document(environment.attestation),
        **_members(environment.members),
    }


def _members(members: Sequence[str]) -> Json:
    return {"members": list(members)} if members else {}


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


def _rename(across: RenameAcross) -> Json:
    rename = across.rename
    return {
        "old": _file(rename.old) | ({"name": None, "path": None} if rename.supposed else {}),
        "new": _file(rename.new),
        "confidence": rename.confidence.value,
        "similarity": rename.similarity,
        "evidence": [
            {"kind": evidence.kind.value, "detail": evidence.detail, "commit": evidence.commit}
            for evidence in rename.evidence
        ],
        "renamed_in": [
            {
                "commit": done.commit,
                "author": done.author,
                "date": done.date.isoformat(),
                "subject": done.subject,
            }
            for done in rename.renamed_in
        ],
        "environments": {name: _APPLIED[found] for name, found in across.rows},
        "rows": {name: found.value for name, found in across.rows},
    }
