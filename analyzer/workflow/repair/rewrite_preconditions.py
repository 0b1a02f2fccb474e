"""What a plan for rows takes to be in the database, for its script to ask before it begins."""

from collections.abc import Iterator

from analyzer.analysis.diagnosis.undone import Aftermath
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.diagnosis import Diagnosis, RowRenamed, RowReused
from analyzer.model.findings.rename import Rename
from analyzer.model.plans.plan import Need, Needs, RowPlan, UpdateRow
from analyzer.workflow.diagnosis.inference import Inference

_MOST_WITNESSES = 20


def needs_of(plan: RowPlan, diagnosis: Diagnosis, inference: Inference) -> Needs:
    """Gather what the migrations whose rows move made, and what others that ran did.

    What a catalogue that was read lacks is left out: the report has told it, and a person has
    decided.
    """
    aftermath = inference.aftermath_of(inference.pairing)
    moved = list(_moved(plan, diagnosis))
    objects = [need for rename in moved for need in _needed(rename, aftermath)]
    own = {need.table for need in objects}
    return Needs(tuple(objects), tuple(_witnesses(inference, own))) if objects else Needs()


def _moved(plan: RowPlan, diagnosis: Diagnosis) -> Iterator[Rename]:
    changed = {step.before for step in plan.steps if isinstance(step, UpdateRow)}
    for verdict in diagnosis.rows:
        rename = verdict.rename if isinstance(verdict, RowRenamed | RowReused) else None
        if rename is not None and verdict.row.whole in changed:
            yield rename


def _needed(rename: Rename, aftermath: Aftermath) -> Iterator[Need]:
    name = rename.new.basename
    for ref in aftermath.left_of(rename.old):
        if ref.kind == "table" and not aftermath.lacks(ref):
            yield Need(name, ref.name)
        elif ref.kind == "column" and not aftermath.lacks(ref):
            table, _, column = ref.name.rpartition(".")
            yield Need(name, table, column)


def _witnesses(inference: Inference, besides: set[str]) -> Iterator[str]:
    """Tables that others made, the newest first; only as many as it takes."""
    count = 0
    for last_seen in reversed(inference.then):
        file, past_files = last_seen.file, inference.past_files
        if file.version.key not in past_files.applied or "create_table" not in past_files.words(
            file.blob
        ):
            continue
        for ref in map(_ref, sorted(past_files.features(file.blob).creates)):
            if ref.kind == "table" and ref.name not in besides and count < _MOST_WITNESSES:
                count += 1
                yield ref.name
        if count >= _MOST_WITNESSES:
            return


def _ref(name: str) -> ObjectRef:
    return ObjectRef(*name.split(":", 1))
