"""Migrations that were renamed after they ran, and whose text is another today."""

from collections.abc import Iterator

from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.rename import Rename
from analyzer.workflow.walk import Walk


def edited_renames(done: Walk) -> Iterator[Rename]:
    """Find migrations renamed after they ran whose text may do something else today."""
    changed = done.inference.effects_changed
    for it in done.report.environments[0].diagnosis.files:
        if isinstance(it, FileRenamed) and it.old_row is not None:
            old, new = it.rename.old.blob, it.rename.new.blob
            if old != new and changed(old, new) is not False:
                yield it.rename
