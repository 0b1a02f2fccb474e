"""Edits that a pending migration takes up, as a drafted follow-up does: it names the file."""

from analyzer.analysis.diagnosis.findings.changed_file import taken_up
from analyzer.model.findings.diagnosis import Diagnosis, Edit
from analyzer.records import replace
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.predict import never_ran


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
                if file.version > edit.new.version and edit.new.basename in text
            ),
            None,
        )

    named = {edit.new.path: name for edit in diagnosis.edits if (name := bringer(edit))}
    if not named:
        return diagnosis
    return replace(diagnosis, findings=tuple(taken_up(it, named) for it in diagnosis.findings))
