"""Migrations that are recorded under two versions: whether the second run can have done harm."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Parsed
from analyzer.model.findings.diagnosis import Diagnosis, FileRenamed
from analyzer.model.findings.finding import Finding, Severity

_DOUBLED = "MD119"


def with_harmless_doubles(
    diagnosis: Diagnosis, parsed_of: Callable[[MigrationFile], Parsed]
) -> Diagnosis:
    """Make notes of the doubles whose text of today passes over all that is there already.

    Such a text was written for databases that had run it under the old version.
    """
    doubles = (
        it.file
        for it in diagnosis.files
        if isinstance(it, FileRenamed) and it.old_row is not None and it.new_row is not None
    )
    harmless = {file.path for file in doubles if _passes_over(parsed_of(file).effects)}
    if not harmless:
        return diagnosis
    findings = (
        _harmless(it) if it.code == _DOUBLED and it.path in harmless else it
        for it in diagnosis.findings
    )
    return replace(diagnosis, findings=tuple(findings))


def _passes_over(effects: Sequence[Effect]) -> bool:
    """Whether each effect asks first, or is told to pass over what it finds."""
    tolerant = (
        isinstance(it, e.Guarded)
        or bool(getattr(it, "if_not_exists", False) or getattr(it, "if_exists", False))
        for it in effects
    )
    return bool(effects) and all(tolerant)


def _harmless(finding: Finding) -> Finding:
    return replace(
        finding,
        severity=Severity.NOTE,
        why="it was run under both; today's text passes over what is there already, as for a "
        "second run",
        fix="leave it, or remove the old row: migdoctor rewrite",
    )
