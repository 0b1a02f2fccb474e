"""Where a clone lacks history that may explain a row, it is fetched before anything is advised."""

from analyzer.analysis.diagnosis.findings import ambiguous, catalog_contradictions, next_migrate
from analyzer.model.findings.diagnosis import Diagnosis, FileApplied, RowAmbiguous, RowOrphaned
from analyzer.model.findings.finding import Finding
from analyzer.records import replace
from analyzer.sources.git.git import Repository

_RESTS_ON_ROWS = frozenset(
    {
        catalog_contradictions.ROW_WITHOUT_EFFECT.code,
        catalog_contradictions.EFFECT_WITHOUT_ROW.code,
        catalog_contradictions.HALF_APPLIED.code,
        next_migrate.FAILS.code,
    }
)


def to_be_fetched(repository: Repository, diagnosis: Diagnosis) -> str:
    """The command that fetches what a shallow clone lacks.

    Returns: nothing where every row is explained, or no file is left that a row could stand for.
    """
    if not repository.shallow:
        return ""
    unexplained = any(isinstance(row, RowOrphaned | RowAmbiguous) for row in diagnosis.rows)
    waiting = any(not isinstance(it, FileApplied) for it in diagnosis.files)
    return repository.fetch("--unshallow") if unexplained and waiting else ""


def after_fetching(finding: Finding, fetch: str) -> Finding:
    """The finding with its advice put off until the history is there; see `to_be_fetched`.

    A file whose row seems to be missing may well be the one that an unexplained row stands for: to
    record it besides would leave two rows for one migration.
    """
    if finding.code == ambiguous.AMBIGUOUS.code:
        return replace(
            finding, fix=f"fetch the rest of the history first: {fetch}; or {finding.fix}"
        )
    if finding.command is None and finding.code not in _RESTS_ON_ROWS:
        return finding
    return replace(
        finding,
        fix=f"fetch the rest of the history first: {fetch}; then diagnose again",
        command=None,
    )
