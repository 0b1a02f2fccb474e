"""Who judges the fix of which finding."""

from collections.abc import Callable, Mapping

from analyzer.analysis.diagnosis.findings import (
    catalog_contradictions,
    changed_file,
    contested_versions,
    deleted,
    odd_timestamps,
    pending_files,
    renamed,
    reused_version,
    shared_names,
    unknown_rows,
)
from analyzer.model.findings.finding import Finding
from analyzer.workflow.finding_fixes import catalog_fixes as catalog_advice
from analyzer.workflow.finding_fixes import file_fixes as file_advice
from analyzer.workflow.finding_fixes import renamed_fixes as renamed_advice
from analyzer.workflow.finding_fixes.finding_context import FindingContext

HANDLERS: Mapping[str, Callable[[FindingContext, Finding], Finding]] = {
    renamed.RENAMED.code: renamed_advice.renamed,
    deleted.DELETED.code: file_advice.deleted,
    changed_file.EDITED.code: file_advice.edited,
    reused_version.REUSED.code: renamed_advice.reused,
    changed_file.NAME_CHANGED.code: renamed_advice.slug_changed,
    pending_files.PENDING.code: file_advice.pending,
    pending_files.PENDING_LATE.code: file_advice.late,
    shared_names.SHARED_VERSION.code: file_advice.shared_version,
    shared_names.SHARED_CLASS.code: file_advice.shared_class,
    contested_versions.STORED_TWICE.code: renamed_advice.by_rows,
    odd_timestamps.WRONG_LENGTH.code: file_advice.misnumbered,
    odd_timestamps.IN_FUTURE.code: file_advice.misnumbered,
    unknown_rows.NO_VERSION.code: catalog_advice.no_version,
    renamed.NOT_RUN_HERE.code: file_advice.pending,
    renamed.RECORDED_TWICE.code: renamed_advice.doubled,
    catalog_contradictions.ROW_WITHOUT_EFFECT.code: catalog_advice.row_without_effect,
    catalog_contradictions.EFFECT_WITHOUT_ROW.code: catalog_advice.effect_without_row,
    catalog_contradictions.HALF_APPLIED.code: catalog_advice.half_applied,
}
