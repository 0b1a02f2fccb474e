"""Edits that a repair would hide, and the follow-up that brings them; mostly there are none."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.findings.changed_file import doubtful_edits
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.rename import Rename
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.workflow.walk import Walk

if TYPE_CHECKING:
    from analyzer.analysis.advice.file_steps import Draft
    from analyzer.model.plans.repair_path import PathStep


def edited_renames(done: Walk) -> Iterator[Rename]:
    """Find migrations renamed after they ran whose text may do something else today."""
    changed = done.inference.effects_changed
    for it in done.report.environments[0].diagnosis.files:
        if isinstance(it, FileRenamed) and it.old_row is not None:
            old, new = it.rename.old.blob, it.rename.new.blob
            if old != new and changed(old, new) is not False:
                yield it.rename


def draft_for(done: Walk) -> "Draft | None":
    """The draft of a repair's follow-up; None where nothing was edited, or none can be written."""
    if done.inference.framework.writer is None or not any(edited_renames(done)):
        return None
    from analyzer.workflow.next_steps.repair_paths import draft_of

    return draft_of(done)


def brought(done: Walk, way: RepairKind | None = None) -> "PathStep | None":
    """The step in its place where a person writes it. Args: way: the repair before it, if any."""
    diagnosis = done.report.environments[0].diagnosis
    if not (any(edited_renames(done)) or doubtful_edits(diagnosis)):
        return None
    from analyzer.workflow.next_steps.by_person import brought_by_person

    return brought_by_person(done, way)
