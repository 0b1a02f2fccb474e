"""Edits that a pending migration takes up, as a drafted follow-up does: it names the file."""

import re

from analyzer.analysis.diagnosis.findings.changed_file import brought_already, taken_up
from analyzer.model.findings.diagnosis import Diagnosis, Edit, FileApplied
from analyzer.records import replace
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.predict import never_ran

_DRAFTED = "over the text that ran, of"  # in the head of every draft, before the files' names


def _names(text: str, basename: str) -> bool:
    """Whether a migration is a draft that takes a file up: it alone may mention it for less."""
    whole = re.compile(rf"(?<![\w.-]){re.escape(basename)}(?![\w.-])")
    return _DRAFTED in text and whole.search(text) is not None


def with_edits_taken_up(inference: Inference, diagnosis: Diagnosis) -> Diagnosis:
    """Make notes of the warnings about edited files that a newer file, which never ran, names.

    Nothing but the next migrate settles them: they are no reason not to deploy.
    """
    pending = [
        (file, inference.past_files.content(file.blob).decode("utf-8", "replace"))
        for file in never_ran(diagnosis)
    ]

    def bringer(edit: Edit) -> str | None:
        return next(
            (
                file.basename
                for file, text in pending
                if file.version > edit.new.version and _names(text, edit.new.basename)
            ),
            None,
        )

    named = {edit.new.path: name for edit in diagnosis.edits if (name := bringer(edit))}
    ran = _brought_already(inference, diagnosis)
    if not (named or ran):
        return diagnosis
    findings = (brought_already(taken_up(it, named), ran) for it in diagnosis.findings)
    return replace(diagnosis, findings=tuple(findings))


def _brought_already(inference: Inference, diagnosis: Diagnosis) -> dict[str, str]:
    """By path, the follow-up that ran, for edits of which no catalogue can tell what they bring."""
    from analyzer.workflow.repair.following_up import is_follow_up  # with the whole of Ruby and SQL

    edits = [
        edit
        for edit in diagnosis.edits
        if edit.returned and (edit.effects_changed is None or inference.catalog is None)
    ]
    ran = [it.file for it in diagnosis.files if isinstance(it, FileApplied)] if edits else []
    made = [file for file in ran if is_follow_up(inference, file)]
    return {
        edit.new.path: made[-1].basename
        for edit in edits
        if made and made[-1].version > edit.new.version
    }
