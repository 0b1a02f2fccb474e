"""The fixes told where rows and the catalogue contradict each other."""

from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.analysis.diagnosis.findings import catalog_contradictions
from analyzer.analysis.diagnosis.findings.catalog_contradictions import REMOVE_OR_FINISH
from analyzer.analysis.diagnosis.findings.next_migrate import no_table
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.attestation import Attested
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.next_steps import Action, Verdict
from analyzer.model.findings.prediction import MigrationOutcome
from analyzer.model.plans.plan import DeleteRow, InsertRow
from analyzer.records import replace
from analyzer.workflow.finding_fixes.finding_context import FindingContext
from analyzer.workflow.forecast.name_changes import (
    recording,
    then,
)
from analyzer.workflow.next_steps.typed_commands import delete_statement


def no_version(known: FindingContext, finding: Finding) -> Finding:
    """A row that is not a version."""
    verdict = known.check.judge(Action(rows=(DeleteRow(TableRow(finding.version or "")),)))
    if verdict.allowed:
        return finding
    return replace(finding, fix=f"leave it: without it, {told_briefly(verdict.faults)}")


def row_without_effect(known: FindingContext, finding: Finding) -> Finding:
    """A row whose migration left nothing: it may run, if it can, and if no other one brings it."""
    if finding.severity is Severity.NOTE:
        return finding
    text = finding.version or ""
    verdict = known.check.judge(Action(rows=(DeleteRow(TableRow(text)),)))
    runs = [it for it in verdict.migrate.runs if it.version.text == text]
    if verdict.allowed and verdict.migrate.safe and runs:
        table = known.check.inference.table.table
        column = known.check.framework.store.version_column
        sql = delete_statement(known.check.inference.engine, table, column, text)
        fix = f"find out which; to make it run, delete the row: {sql}"
        return replace(finding, fix=f"{fix}{then(known.check, verdict)}")
    why = told_briefly(verdict.faults) or verdict.migrate.because
    ban = f"; do not delete the row: {why}" if why else ""
    fix = f"find out which; put what is missing into a migration of its own{ban}"
    return replace(finding, fix=fix)


def effect_without_row(known: FindingContext, finding: Finding) -> Finding:
    """A file whose work is there: its row is recorded, unless running it does nothing."""
    it, file = known.forecast(finding.path), known.file(finding.path)
    if file is None:
        return finding
    if it is not None and it.outcome is MigrationOutcome.NO_OP:
        migrate = known.check.migrate_name
        fix = f"nothing: the next {migrate} finds nothing to do in it, and records it"
        return replace(finding, severity=Severity.NOTE, fix=fix)
    table = known.check.inference.table
    if table.missing:
        ban = f"do not run {known.check.migrate_name} yet"
        lacks = f"there is no table {table.table} to record it in; {no_table(str(table.table))}"
        return replace(finding, fix=f"{ban}: {lacks}")
    record = recording(known.check, file)
    if not record.verdict.allowed:
        why = told_briefly(record.verdict.faults)
        return replace(finding, fix=f"do not insert its row: {why}")
    known.recorded.add(known.check.framework.numbering.bare(file.version))
    fix = (
        f"do not run {known.check.migrate_name} yet; compare them with the file, and if they "
        f"are the same, insert the row {file.version}: {record.command}"
        f"{_then(known, record.verdict)}"
    )
    return replace(finding, fix=fix, command=record.command)


def _then(known: FindingContext, verdict: Verdict) -> str:
    """What to do after one row was inserted: with those of all such files, the migrate may run."""
    if verdict.migrate.safe:
        return ""
    rows = known.check.framework.store.row_of
    files = [it.file for it in known.check.attested if it.verdict is Attested.EFFECT_WITHOUT_ROW]
    inserted = tuple(InsertRow(rows(it)) for it in files if not known.check.has_run(it.path))
    if inserted[1:] and known.check.judge(Action(rows=inserted)).migrate.safe:
        code = catalog_contradictions.EFFECT_WITHOUT_ROW.code
        migrate = known.check.migrate_name
        return f"; then insert the rows of the other files with {code} before any {migrate}"
    return then(known.check, verdict)


def half_applied(known: FindingContext, finding: Finding) -> Finding:
    """A part is there. What holds rows is not to be taken away."""
    if not finding.fix.startswith(REMOVE_OR_FINISH):
        return finding
    fix = (
        f"do not run {known.check.migrate_name} yet: make the rest by hand and insert the row; "
        "what is there may hold data, so remove nothing"
    )
    return replace(finding, fix=fix)
